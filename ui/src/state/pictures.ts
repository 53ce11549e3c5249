/** Telling pictures from folders, and getting bytes to the engine. */

const PICTURE =
  /\.(jpe?g|jpe|png|webp|tiff?|gif|bmp|avif|hei[cf]|jxl|cr[23]|nef|arw|raf|orf|rw2|pef|srw|dng)$/i;

/** Whether a path names a picture by its ending; anything else is taken for a folder. */
export function isPicturePath(path: string): boolean {
  return PICTURE.test(path);
}

export function isPictureFile(file: File): boolean {
  return file.type.startsWith('image/') || isPicturePath(file.name);
}

/** A file's bytes as a `data:` address. */
export function toBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read'));
    reader.readAsDataURL(file);
  });
}

const COPY_PX = 480;
const COPY_QUALITY = 0.85;

/** A small JPEG of a picture, as a `data:` address; `null` where this place cannot read it. */
export async function smallCopy(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, COPY_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL('image/jpeg', COPY_QUALITY);
}
