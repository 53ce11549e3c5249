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
