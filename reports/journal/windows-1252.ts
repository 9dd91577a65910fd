import { Rejected } from '../../warehouse/errors.ts';

/** The byte of each character; the five bytes that the code page leaves open are decoded as control characters and left out. */
const BYTES: ReadonlyMap<string, number> = new Map(
  Array.from(
    { length: 256 },
    (_, byte) => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte] as const,
  ).filter(([character]) => character >= ' ' && !/[\u007f-\u009f]/.test(character)),
);

/** Text as Windows-1252, with CRLF kept. Throws `Rejected` with the first character that the code page lacks, which is never replaced. */
export function encodeWindows1252(content: string): Buffer {
  const bytes = Array.from(content, (character) => {
    const byte = character === '\r' || character === '\n' ? character.charCodeAt(0) : BYTES.get(character);
    if (byte !== undefined) return byte;
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    throw new Rejected(`The character U+${code} is not in Windows-1252, which DATEV reads; write the text without it.`);
  });
  return Buffer.from(bytes);
}
