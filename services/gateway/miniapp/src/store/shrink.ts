// Photos are sent as large as one looks at them; a phone's own are five times that. What is in them beside the picture (the
// place, the camera) stays here.

const EDGE_PX = 2048;
const QUALITY = 0.85;

/** The same picture with no edge longer than 2048 pixels; the file itself where it is small already or cannot be read. */
export async function shrink(file: File): Promise<File> {
  const picture = await Promise.resolve(file)
    .then((one) => createImageBitmap(one)) // old browsers do not have it
    .catch(() => null);
  if (picture === null) return file;
  const scale = EDGE_PX / Math.max(picture.width, picture.height);
  try {
    return scale >= 1 ? file : ((await drawn(picture, scale, file)) ?? file);
  } finally {
    picture.close();
  }
}

async function drawn(picture: ImageBitmap, scale: number, { name, type, size, lastModified }: File): Promise<File | null> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const kind = type === 'image/png' ? type : 'image/jpeg'; // not every browser writes WebP
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, kind, QUALITY));
  if (blob === null || blob.size >= size) return null;
  const named = kind === type ? name : name.replace(/\.\w+$|$/, '.jpg');
  return new File([blob], named, { type: kind, lastModified });
}
