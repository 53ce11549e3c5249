//! The model of the `semantic` space: which one answers, and which one is being built.
//!
//! A new model's vectors are built beside the old ones, which serve until the new are complete.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::embed::EmbedError;
use crate::embed::clip::ClipModel;
use crate::embed::encoder::{Encoder as _, ModelInfo};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::embed::worker::EncoderThread;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::vectors::{self, SpaceRow};
use crate::store::{Store, settings};

/// The space's name.
pub const SEMANTIC: &str = "semantic";

/// Setting: the folder of the model that answers.
const SERVING: &str = "model.serving";
/// Setting: the folder of the model whose vectors are being built.
const BUILDING: &str = "model.building";

/// A model that is loaded, with the thread that owns it.
pub struct OpenModel {
    folder: PathBuf,
    info: ModelInfo,
    space: SpaceRow,
    preprocess: Preprocess,
    thread: EncoderThread,
}

impl OpenModel {
    fn open(store: &Store, folder: &Path) -> Result<Arc<Self>, EngineError> {
        let model = ClipModel::open(folder).map_err(EmbedError::from)?;
        let info = model.info().clone();
        let preprocess = model.preprocess();
        let dim = info.dim as u32;
        let space = store.write(|tx| {
            Ok::<_, EngineError>(vectors::ensure_space(tx, SEMANTIC, &info.fingerprint, dim)?)
        })?;
        let thread = EncoderThread::start(Box::new(model))?;
        Ok(Arc::new(Self {
            folder: folder.to_owned(),
            info,
            space,
            preprocess,
            thread,
        }))
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Where its files lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn space(&self) -> &SpaceRow {
        &self.space
    }

    /// Prepares pictures for it, on any thread.
    pub(crate) fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// Encodes prepared pictures: `[B, dim]` unit norm, in their order.
    pub(crate) fn encode_images(
        &self,
        pixels: Vec<PixelTensor>,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.thread.encode_images(pixels)
    }

    /// Encodes texts: `[B, dim]` unit norm, in their order. Goes before waiting pictures.
    pub(crate) fn encode_texts(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.thread.encode_texts(texts)
    }

    /// The similarity of a picture and a text, 0 … 1, for their cosine.
    pub(crate) fn text_similarity(&self, cosine: f32) -> f32 {
        self.info.text_similarity(cosine)
    }
}

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
}

#[derive(Default)]
struct Slot {
    folder: Option<PathBuf>,
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
        let slot = |name| {
            store.read(|connection| {
                let folder = settings::get(connection, name)?.map(PathBuf::from);
                Ok::<_, EngineError>(Slot {
                    folder,
                    ..Slot::default()
                })
            })
        };
        let slots = Mutex::new((slot(SERVING)?, slot(BUILDING)?));
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
        self.slots(|(serving, _)| serving.folder.is_some())
    }

    /// The model that answers, loaded now where it was not. None where there is none, or where it
    /// cannot be loaded: then [`Self::problem`] says why.
    pub(crate) fn serving(&self, store: &Store) -> Option<Arc<OpenModel>> {
        self.loaded(
            store,
            |slots| &mut slots.0,
            |open| {
                if open.space.serving {
                    return Ok(open);
                }
                let folder = open.folder.display();
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
        let folder =
            match self.slots(|slots| (pick(slots).open.clone(), pick(slots).folder.clone())) {
                (Some(open), _) => return Some(open),
                (None, folder) => folder?,
            };
        let opened = OpenModel::open(store, &folder).and_then(accept);
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
        let serving = self.slots(|(serving, _)| serving.folder.clone());
        let same = serving.as_deref() == Some(open.folder());
        let at_once = serving.is_none() || same || self.serving(store).is_none();
        let slot = Slot {
            folder: Some(open.folder.clone()),
            open: Some(Arc::clone(open)),
            problem: None,
        };
        let folder = open.folder.to_str();
        store.write(|tx| {
            if at_once {
                settings::set(tx, SERVING, folder)?;
                settings::set(tx, BUILDING, None)?;
                vectors::serve(tx, &open.space)?;
            } else {
                settings::set(tx, BUILDING, folder)?;
            }
            Ok::<_, EngineError>(())
        })?;
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
        let building = self.slots(|(_, building)| building.folder.clone());
        if building.as_deref() != Some(model.folder()) {
            return Ok(());
        }
        let lacking = engine
            .store()
            .read(|connection| vectors::lacking(connection, model.space.id, None))?;
        if !lacking.is_empty() {
            return Ok(());
        }
        engine.store().write(|tx| {
            settings::set(tx, SERVING, model.folder.to_str())?;
            settings::set(tx, BUILDING, None)?;
            vectors::serve(tx, &model.space)?;
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
        self.slots(|(serving, building)| (serving.folder.clone(), building.folder.clone()))
    }

    /// Lets go of the model in a folder: it neither answers nor is built any more, and its vectors
    /// are dropped. Answers how many photos had one.
    pub(super) fn let_go(
        &self,
        store: &Store,
        folder: &Path,
        fingerprint: Option<&str>,
    ) -> Result<u64, EngineError> {
        let _one_at_a_time = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        let (serving, building) = self.folders();
        let photos = store.write(|tx| {
            for (name, used) in [(SERVING, &serving), (BUILDING, &building)] {
                if used.as_deref() == Some(folder) {
                    settings::set(tx, name, None)?;
                }
            }
            let drop = |version| vectors::remove_space(tx, SEMANTIC, version);
            Ok::<_, EngineError>(fingerprint.map(drop).transpose()?.unwrap_or(0))
        })?;
        self.slots(|(serving, building)| {
            for slot in [serving, building] {
                if slot.folder.as_deref() == Some(folder) {
                    *slot = Slot::default();
                }
            }
        });
        Ok(photos)
    }
}

/// Uses the model in a folder for the `semantic` space. Photos get its vectors at the next index
/// job.
///
/// # Errors
/// [`EngineError::Embed`] for a model that is damaged or asks for something unknown,
/// [`EngineError::Invalid`] for a folder whose name cannot be kept.
pub fn use_model(engine: &Engine, folder: &Path) -> Result<ModelView, EngineError> {
    let folder = std::fs::canonicalize(folder)
        .map_err(|source| crate::io::IoError::new("open the folder", folder, source))?;
    if folder.to_str().is_none() {
        return Err(EngineError::invalid(
            "The folder's name is not Unicode: rename it",
        ));
    }
    let open = OpenModel::open(engine.store(), &folder)?;
    engine.models().take(engine.store(), &open)?;
    engine.reload_spaces()?;
    engine.events().changed(&[Kind::Models]);
    view(engine, &folder)
}

/// Lists the model that answers and the one being built.
///
/// # Errors
/// [`EngineError::Store`].
pub fn list(engine: &Engine) -> Result<Vec<ModelView>, EngineError> {
    let (serving, building) = engine
        .models()
        .slots(|(serving, building)| (serving.folder.clone(), building.folder.clone()));
    serving
        .into_iter()
        .chain(building)
        .map(|folder| view(engine, &folder))
        .collect()
}

/// Looks at the model in a folder, without loading it.
///
/// # Errors
/// [`EngineError::Store`]; what is wrong with the model is said in the view.
pub fn view(engine: &Engine, folder: &Path) -> Result<ModelView, EngineError> {
    let (serving, open) = engine.models().slots(|(serving, building)| {
        let open = [&serving, &building]
            .into_iter()
            .filter_map(|slot| slot.open.as_ref())
            .find(|open| open.folder == folder)
            .map(|open| open.info.clone());
        (serving.folder.as_deref() == Some(folder), open)
    });
    let (info, problem) = match open.map_or_else(|| ClipModel::inspect(folder), Ok) {
        Ok(info) => (Some(info), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let photos = match &info {
        Some(info) => engine.store().read(|connection| {
            let spaces = vectors::spaces(connection)?;
            let space = spaces
                .iter()
                .find(|space| space.name == SEMANTIC && space.version == info.fingerprint);
            space.map_or(Ok(0), |space| Ok(vectors::count(connection, space.id)?))
        }),
        None => Ok::<_, EngineError>(0),
    }?;
    Ok(ModelView {
        folder: folder.to_owned(),
        info,
        in_use: serving,
        photos,
        problem,
    })
}

/// A photo's vector in the serving space, from memory.
pub(crate) fn stored_vector(engine: &Engine, space: &str, photo: PhotoId) -> Option<Vec<f32>> {
    let space = engine.spaces().serving(space)?;
    space.read(|matrix| Some(matrix.get(photo)?.iter().map(|v| v.to_f32()).collect()))
}
