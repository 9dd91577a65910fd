import { SaxesParser } from 'saxes';
import { Rejected } from '../../warehouse/errors.ts';

/** XML as banks exchange it: elements, attributes and text. Entities of its own and document types are refused. */

export interface XmlElement {
  /** Without the prefix. */
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, trimmed. */
  readonly text: string;
}

/** A statement of ten thousand entries has about 20 MB. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const DEEPEST = 64;
const MOST_ELEMENTS = 2_000_000;
/** What banks use; the first is the rule. */
const ENCODINGS = ['utf-8', 'us-ascii', 'iso-8859-1', 'iso-8859-15', 'windows-1252'];

interface Open {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** The root of a file. Throws `Rejected` for anything but plain, well-formed XML of at most 64 MB. `what` names the file in the sentence. */
export function parseXml(bytes: Uint8Array, what: string): XmlElement {
  const throwUnreadable = (why: string): never => {
    throw new Rejected(`${what} cannot be read: ${why}. Fetch the file from the bank again, and leave it as it is.`);
  };
  if (bytes.length > LARGEST_BYTES)
    throwUnreadable(`it has ${bytes.length} bytes, and at most ${LARGEST_BYTES} are read`);
  const parser = new SaxesParser({ xmlns: true });
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on('doctype', () => throwUnreadable('it has a document type, which no bank needs'));
  parser.on('error', (error) => throwUnreadable(`it is not well-formed (${error.message})`));
  parser.on('opentag', ({ local, uri, attributes }) => {
    elements += 1;
    if (open.length >= DEEPEST) throwUnreadable(`its elements are nested more than ${DEEPEST} deep`);
    if (elements > MOST_ELEMENTS) throwUnreadable(`it has more than ${MOST_ELEMENTS} elements`);
    const values = Object.values(attributes).map((attribute) => [attribute.local, attribute.value] as const);
    open.push({ name: local, namespace: uri, attributes: Object.fromEntries(values), children: [], text: '' });
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    const closed: XmlElement = { ...element, text: element.text.trim() };
    const parent = open.at(-1);
    if (parent) parent.children.push(closed);
    else root = closed;
  });
  parser.write(decode(bytes, throwUnreadable)).close();
  return root ?? throwUnreadable('it has no element');
}

function decode(bytes: Uint8Array, throwUnreadable: (why: string) => never): string {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const encoding = (/^[^<]*<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']/.exec(start)?.[1] ?? 'utf-8').toLowerCase();
  if (!ENCODINGS.includes(encoding)) throwUnreadable(`its encoding ${encoding} is not one of ${ENCODINGS.join(', ')}`);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return throwUnreadable(`it is not in the encoding that it names, ${encoding}`);
  }
}

/** The elements on a path of local names below an element: every one of every step. */
export function elementsAt(element: XmlElement, path: string): XmlElement[] {
  return path
    .split('/')
    .reduce<XmlElement[]>(
      (found, name) => found.flatMap(({ children }) => children.filter((child) => child.name === name)),
      [element],
    );
}

export function elementAt(element: XmlElement, path: string): XmlElement | undefined {
  return elementsAt(element, path)[0];
}

/** The text of the first element on a path; undefined if there is none, or if it is empty. */
export function textAt(element: XmlElement, path: string): string | undefined {
  return elementAt(element, path)?.text || undefined;
}

/** The id on a path; undefined if there is none, also where `NOTPROVIDED` stands for none, as ISO 20022 has it. */
export function idAt(element: XmlElement, path: string): string | undefined {
  const id = textAt(element, path);
  return id === 'NOTPROVIDED' ? undefined : id;
}

/** An element and all below it, in the order of the file. */
export function* allElements(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* allElements(child);
}

/** What stands in an element that is written: its text, or its children, of which those that are undefined are left out. */
type XmlContent = string | readonly (Written | undefined)[];

export interface Written {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: XmlContent;
}

export function xml(name: string, content: XmlContent, attributes: Readonly<Record<string, string>> = {}): Written {
  return { name, attributes, content };
}

/** As `xml`; nothing for null. */
export function xmlIf(name: string, content: string | null): Written | undefined {
  return content === null ? undefined : xml(name, content);
}

/** A file, an element a line, in UTF-8 without a byte order mark. */
export function writeXml(root: Written): Uint8Array {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${linesOf(root, '')}`);
}

function linesOf({ name, attributes, content }: Written, indent: string): string {
  const start = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const open = `${indent}<${name}${start.join('')}>`;
  if (typeof content === 'string') return `${open}${escapeXml(content)}</${name}>\n`;
  const inside = content.map((child) => (child ? linesOf(child, `${indent}  `) : ''));
  return `${open}\n${inside.join('')}${indent}</${name}>\n`;
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
