import { inflateSync } from 'node:zlib';

/** An image that a PDF/A can have as it is, or why it cannot: what is wrong and what to do. */
type ImageFile =
  | { readonly media_type: 'image/png' | 'image/jpeg'; readonly width: number; readonly height: number }
  | { readonly fault: string };

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
/** By colour type; those that are left out have transparency. */
const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1 };
const MOST_PIXELS = 4000;
const fault = (text: string): ImageFile => ({ fault: text });

/** What a file of an image is: PNG (ISO/IEC 15948) or JPEG (ISO/IEC 10918-1). Nothing of it is decoded but to see that it is whole. */
export function imageFileOf(bytes: Buffer): ImageFile {
  try {
    const image = bytes.subarray(0, 8).equals(PNG)
      ? pngOf(bytes)
      : bytes.readUInt16BE(0) === 0xffd8
        ? jpegOf(bytes)
        : undefined;
    if (image === undefined) return fault('it is neither PNG nor JPEG; save it as one of them');
    if (!('width' in image)) return image;
    const isFine = [image.width, image.height].every((pixels) => pixels >= 1 && pixels <= MOST_PIXELS);
    return isFine
      ? image
      : fault(`it is ${image.width} × ${image.height} pixels; save it with at most ${MOST_PIXELS} each way`);
  } catch {
    // Read beyond the end, or data that do not inflate.
    return fault('it is damaged or not whole; save it again');
  }
}

function pngOf(bytes: Buffer): ImageFile {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth, colourType, interlace] = [bytes.readUInt8(24), bytes.readUInt8(25), bytes.readUInt8(28)];
  const data: Buffer[] = [];
  let type = '';
  for (let at = PNG.length; type !== 'IEND'; ) {
    const length = bytes.readUInt32BE(at);
    type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'tRNS') return fault('it has transparent parts; save it on a white background without transparency');
    if (type === 'IDAT') data.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
    bytes.readUInt8(at - 1);
  }
  const channels = PNG_CHANNELS[colourType];
  if (channels === undefined)
    return fault('it has transparent parts; save it on a white background without transparency');
  if (interlace !== 0) return fault('it is interlaced; save it without interlacing');
  const isWhole = inflateSync(Buffer.concat(data)).length === (Math.ceil((width * channels * depth) / 8) + 1) * height;
  return isWhole ? { media_type: 'image/png', width, height } : fault('it is damaged or not whole; save it again');
}

const isFrame = (marker: number): boolean =>
  marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);

function jpegOf(bytes: Buffer): ImageFile {
  let at = 2;
  while (!isFrame(bytes.readUInt16BE(at))) at += 2 + bytes.readUInt16BE(at + 2);
  const [height, width, channels] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7), bytes.readUInt8(at + 9)];
  if (channels !== 1 && channels !== 3) return fault('it is in CMYK; save it in RGB or grey');
  if (bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) < at) return fault('it is damaged or not whole; save it again');
  return { media_type: 'image/jpeg', width, height };
}
