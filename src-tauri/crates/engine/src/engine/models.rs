//! The model of the `semantic` space: which one answers, and which one is being built.
//!
//! A new model's vectors are built beside the old ones, which serve until the new are complete.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::embed::EmbedError;
use crate::embed::encoder::{ModelInfo, Precision};
use crate::embed::model::{Opening, TextImageModel};
use crate::engine::chosen::Chosen;
pub(crate) use crate::engine::open_model::OpenModel;
use crate::engine::precision::{self, Compared, PrecisionChoice};
use crate::engine::{Engine, fingerprints};
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::Store;
use crate::store::vectors;

/// The space's name.
pub const SEMANTIC: &str = "semantic";

/// Setting: the folder of the model that answers.
const SERVING: &str = "model.serving";
/// Setting: the folder of the model whose vectors are being built.
const BUILDING: &str = "model.building";
/// Setting: what the model that answers computes in.
const SERVING_PRECISION: &str = "model.serving.precision";
/// Setting: what the model whose vectors are being built computes in.
const BUILDING_PRECISION: &str = "model.building.precision";

/// A model as people see it.
#[derive(Clone, Debug)]
pub struct ModelView {
    /// Where its files lie.
    pub folder: PathBuf,
    /// What it is; none where its folder cannot be read.
    pub info: Option<ModelInfo>,
    /// It answers queries.
    pub in_use: bool,
    /// Photos that have its vector.
    pub photos: u64,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// How its vectors in bytes compare with those in f32, where that was looked at.
    pub agreement: Option<Compared>,
}

#[derive(Default)]
struct Slot {
    chosen: Option<Chosen>,
    open: Option<Arc<OpenModel>>,
    problem: Option<String>,
}

/// The models of an engine. Each is loaded when it is first needed.
pub struct Models {
    slots: Mutex<(Slot, Slot)>,
    /// Models are opened one at a time, and without holding up those who only look.
    opening: Mutex<()>,
}

impl Models {
    pub(super) fn open(store: &Store) -> Result<Self, EngineError> {
        let slot = |folder, precision| {
            store.read(|connection| {
                let chosen = Chosen::read(connection, folder, precision)?;
                Ok::<_, EngineError>(Slot {
                    chosen,
                    ..Slot::default()
                })
            })
        };
        let serving = slot(SERVING, SERVING_PRECISION)?;
        let building = slot(BUILDING, BUILDING_PRECISION)?;
        let slots = Mutex::new((serving, building));
        Ok(Self {
            slots,
            opening: Mutex::default(),
        })
    }

    fn slots<T>(&self, look: impl FnOnce(&mut (Slot, Slot)) -> T) -> T {
        look(&mut self.slots.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a model is in use, loaded or not.
    #[must_use]
    pub fn is_in_use(&self) -> bool {
        self.slots(|(serving, _)| serving.chosen.is_some())
    }

    /// The model that answers, loaded now where it was not. None where there is none, or where it
    /// cannot be loaded: then [`Self::problem`] says why.
    pub(crate) fn serving(&self, store: &Store) -> Option<Arc<OpenModel>> {
        self.loaded(
            store,
            |slots| &mut slots.0,
            |open| {
                if open.space().serving {
                    return Ok(open);
                }
                let folder = open.folder().display();
                let reason =
                    format!("The model in {folder} is another one than before: use it again");
                Err(EngineError::SpaceNotReady { reason })
            },
        )
    }

    /// Why the model that should answer cannot.
    pub(crate) fn problem(&self) -> Option<String> {
        self.slots(|(serving, _)| serving.problem.clone())
    }

    fn loaded(
        &self,
        store: &Store,
        pick: impl Fn(&mut (Slot, Slot)) -> &mut Slot,
        accept: impl Fn(Arc<OpenModel>) -> Result<Arc<OpenModel>, EngineError>,
    ) -> Option<Arc<OpenModel>> {
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen =
            match self.slots(|slots| (pick(slots).open.clone(), pick(slots).chosen.clone())) {
                (Some(open), _) => return Some(open),
                (None, chosen) => chosen?,
            };
        let opened = OpenModel::open(store, &chosen.folder, chosen.precision).and_then(accept);
        self.slots(|slots| {
            let slot = pick(slots);
            match opened {
                Ok(open) => {
                    slot.problem = None;
                    slot.open = Some(Arc::clone(&open));
                    Some(open)
                }
                Err(error) => {
                    tracing::warn!(%error, "The model cannot be loaded");
                    slot.problem = Some(error.to_string());
                    None
                }
            }
        })
    }
}

impl Models {
    /// The model that new photos are embedded with.
    pub(crate) fn for_indexing(&self, store: &Store) -> Option<Arc<OpenModel>> {
        self.loaded(store, |slots| &mut slots.1, Ok)
            .or_else(|| self.serving(store))
    }

    /// Takes a model: it serves at once where none did, and else as soon as it has every photo.
    fn take(&self, store: &Store, open: &Arc<OpenModel>) -> Result<(), EngineError> {
        let serving = self.slots(|(serving, _)| serving.chosen.clone());
        let chosen = open.chosen();
        let same = serving.as_ref() == Some(&chosen);
        let at_once = serving.is_none() || same || self.serving(store).is_none();
        store.write(|tx| {
            if at_once {
                Chosen::write(Some(&chosen), tx, SERVING, SERVING_PRECISION)?;
                Chosen::write(None, tx, BUILDING, BUILDING_PRECISION)?;
                vectors::serve(tx, open.space())?;
            } else {
                Chosen::write(Some(&chosen), tx, BUILDING, BUILDING_PRECISION)?;
            }
            Ok::<_, EngineError>(())
        })?;
        let slot = Slot {
            chosen: Some(chosen),
            open: Some(Arc::clone(open)),
            problem: None,
        };
        self.slots(|(serving, building)| {
            if at_once {
                (*serving, *building) = (slot, Slot::default());
            } else {
                *building = slot;
            }
        });
        Ok(())
    }

    /// Lets a model that was being built serve, once no photo lacks its vector.
    pub(crate) fn serve_if_complete(
        &self,
        engine: &Engine,
        model: &Arc<OpenModel>,
    ) -> Result<(), EngineError> {
        let building = self.slots(|(_, building)| building.chosen.clone());
        let chosen = model.chosen();
        if building.as_ref() != Some(&chosen) {
            return Ok(());
        }
        let lacking = engine
            .store()
            .read(|connection| vectors::lacking(connection, model.space().id, None))?;
        if !lacking.is_empty() {
            return Ok(());
        }
        engine.store().write(|tx| {
            Chosen::write(Some(&chosen), tx, SERVING, SERVING_PRECISION)?;
            Chosen::write(None, tx, BUILDING, BUILDING_PRECISION)?;
            vectors::serve(tx, model.space())?;
            Ok::<_, EngineError>(())
        })?;
        self.slots(|(serving, building)| *serving = std::mem::take(building));
        engine.reload_spaces()?;
        engine.events().changed(&[Kind::Models, Kind::Photos]);
        Ok(())
    }
}

impl Models {
    /// The folders of the model that answers and of the one being built.
    pub(super) fn folders(&self) -> (Option<PathBuf>, Option<PathBuf>) {
        let folder = |slot: &Slot| slot.chosen.as_ref().map(|chosen| chosen.folder.clone());
        self.slots(|(serving, building)| (folder(serving), folder(building)))
    }

    /// Lets go of the model in a folder: it neither answers nor is built any more, and its vectors
    /// are dropped, of whatever precision. Answers how many photos had one.
    pub(super) fn let_go(
        &self,
        store: &Store,
        folder: &Path,
        fingerprint: Option<&str>,
    ) -> Result<u64, EngineError> {
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let (serving, building) = self.folders();
        let photos = store.write(|tx| {
            if serving.as_deref() == Some(folder) {
                Chosen::write(None, tx, SERVING, SERVING_PRECISION)?;
            }
            if building.as_deref() == Some(folder) {
                Chosen::write(None, tx, BUILDING, BUILDING_PRECISION)?;
            }
            let mut photos = 0;
            for version in fingerprint.map(versions).unwrap_or_default() {
                photos = vectors::remove_space(tx, SEMANTIC, &version)?.max(photos);
            }
            Ok::<_, EngineError>(photos)
        })?;
        self.slots(|(serving, building)| {
            for slot in [serving, building] {
                if slot
                    .chosen
                    .as_ref()
                    .is_some_and(|chosen| chosen.folder == folder)
                {
                    *slot = Slot::default();
                }
            }
        });
        Ok(photos)
    }
}

/// The versions that the vectors of a model's files go by.
pub(super) fn versions(fingerprint: &str) -> Vec<String> {
    [Precision::F32, Precision::Int8]
        .map(|precision| precision.version_of(fingerprint))
        .into()
}

/// Uses the model in a folder for the `semantic` space. Photos get its vectors at the next index
/// job.
///
/// # Errors
/// [`EngineError::Embed`] for a model that is damaged or asks for something unknown,
/// [`EngineError::Invalid`] for a folder whose name cannot be kept.
pub fn use_model(
    engine: &Engine,
    folder: &Path,
    choice: PrecisionChoice,
) -> Result<ModelView, EngineError> {
    let folder = std::fs::canonicalize(folder)
        .map_err(|source| crate::io::IoError::new("open the folder", folder, source))?;
    if folder.to_str().is_none() {
        return Err(EngineError::invalid(
            "The folder's name is not Unicode: rename it",
        ));
    }
    TextImageModel::check(&folder).map_err(EmbedError::from)?;
    let precision = precision::choose(engine, &folder, choice)?;
    let open = OpenModel::open(engine.store(), &folder, precision)?;
    engine.models().take(engine.store(), &open)?;
    engine.reload_spaces()?;
    engine.events().changed(&[Kind::Models]);
    view_of(engine, &open.chosen())
}

/// Looks at a model in bytes again, once there are photos to look at; where it does not keep its
/// meaning, it is built anew in f32 beside what serves.
pub(crate) fn confirm_precision(engine: &Engine) -> Result<(), EngineError> {
    let serving = engine.models().slots(|(serving, _)| serving.open.clone());
    let Some(open) = serving.filter(|open| open.info().precision == Precision::Int8) else {
        return Ok(());
    };
    if !precision::to_be_confirmed(engine, open.folder())? {
        return Ok(());
    }
    let folder = open.folder().to_owned();
    if precision::choose(engine, &folder, PrecisionChoice::Auto)? == Precision::F32 {
        tracing::warn!(folder = %folder.display(), "The model is too inexact in bytes: built anew");
        let exact = OpenModel::open(engine.store(), &folder, Precision::F32)?;
        engine.models().take(engine.store(), &exact)?;
    }
    Ok(())
}

/// Lists the model that answers and the one being built.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(engine: &Engine) -> Result<Vec<ModelView>, EngineError> {
    let (serving, building) = engine
        .models()
        .slots(|(serving, building)| (serving.chosen.clone(), building.chosen.clone()));
    serving
        .into_iter()
        .chain(building)
        .map(|chosen| view_of(engine, &chosen))
        .collect()
}

/// Looks at the model in a folder, without loading it.
///
/// # Errors
/// [`EngineError::Store`]; what is wrong with the model is said in the view.
pub fn view(engine: &Engine, folder: &Path) -> Result<ModelView, EngineError> {
    let chosen = engine.models().slots(|(serving, building)| {
        [&serving.chosen, &building.chosen]
            .into_iter()
            .flatten()
            .find(|chosen| chosen.folder == folder)
            .cloned()
    });
    let chosen = chosen.unwrap_or_else(|| Chosen {
        folder: folder.to_owned(),
        precision: Precision::default(),
    });
    view_of(engine, &chosen)
}

fn view_of(engine: &Engine, chosen: &Chosen) -> Result<ModelView, EngineError> {
    let (serving, open) = engine.models().slots(|(serving, building)| {
        let open = [&serving, &building]
            .into_iter()
            .filter(|slot| slot.chosen.as_ref() == Some(chosen))
            .find_map(|slot| slot.open.as_ref())
            .map(|open| open.info().clone());
        (serving.chosen.as_ref() == Some(chosen), open)
    });
    let (info, problem) = match open.map_or_else(|| look(engine.store(), chosen), Ok) {
        Ok(info) => (Some(info), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let photos = match &info {
        Some(info) => engine.store().read(|connection| {
            let spaces = vectors::spaces(connection)?;
            let space = spaces
                .iter()
                .find(|space| space.name == SEMANTIC && space.version == info.version());
            space.map_or(Ok(0), |space| Ok(vectors::count(connection, space.id)?))
        }),
        None => Ok::<_, EngineError>(0),
    }?;
    Ok(ModelView {
        agreement: precision::compared(engine.store(), &chosen.folder)?,
        folder: chosen.folder.clone(),
        info,
        in_use: serving,
        photos,
        problem,
    })
}

/// What is in a folder, without loading it.
fn look(store: &Store, chosen: &Chosen) -> Result<ModelInfo, EngineError> {
    let opening = Opening {
        precision: chosen.precision,
        fingerprint: Some(fingerprints::of(store, &chosen.folder)?),
    };
    let info = TextImageModel::inspect(&chosen.folder, &opening);
    Ok(info.map_err(EmbedError::from)?)
}

/// A photo's vector in the serving space, from memory.
pub(crate) fn stored_vector(engine: &Engine, space: &str, photo: PhotoId) -> Option<Vec<f32>> {
    let space = engine.spaces().serving(space)?;
    space.read(|index| Some(index.get(photo)?.iter().map(|v| v.to_f32()).collect()))
}
