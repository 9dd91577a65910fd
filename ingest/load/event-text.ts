import { isJsonObject, type JsonObject, type JsonValue, jsonFault } from '../../warehouse/json.ts';
import { parseJson } from '../rudder/go-text.ts';

/** An event in a text, or why there is none; and the line on which it begins, counted from 1. */
type TextEvent = { readonly line: number } & ({ readonly event: JsonObject } | { readonly problem: string });

/**
 * The events of a text: one per line, or a JSON array of events, or the body of a batch. A line that is not JSON is one
 * problem and hides no other line. A byte order mark, with which editors of Windows begin a file, is left out.
 */
export function eventsInText(file: string): TextEvent[] {
  const text = file.replace(/^\ufeff/, '');
  const whole = parsed(text);
  if ('value' in whole) {
    const lines = elementLines(text, Array.isArray(whole.value) ? 1 : 2);
    return elementsOf(whole.value).map((value, index) => textEvent(value, lines[index] ?? firstLine(text)));
  }
  const events = text.split('\n').flatMap((line, index): TextEvent[] => {
    if (line.trim() === '') return [];
    const found = parsed(line);
    if ('problem' in found) return [{ problem: found.problem, line: index + 1 }];
    return elementsOf(found.value).map((value) => textEvent(value, index + 1));
  });
  if (events.length === 0 || events.some((found) => 'event' in found)) return events;
  // A document of several lines that is broken: its lines mean nothing by themselves.
  return [{ problem: whole.problem, line: lineIn(whole.problem) }];
}

function textEvent(value: JsonValue, line: number): TextEvent {
  return isJsonObject(value) ? { event: value, line } : { problem: 'It is not a JSON object.', line };
}

function parsed(text: string): { value: JsonValue } | { problem: string } {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    return { problem: `It is not JSON: ${jsonFault(error)}.` };
  }
}

/** A list of events stands by itself, or in the body of a batch. */
function elementsOf(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) && Array.isArray(value.batch) ? value.batch : [value];
}

const firstLine = (text: string): number => /^\s*/.exec(text)?.[0].split('\n').length ?? 1;

/** V8 names the place of an error as "(line 3 column 5)". */
const lineIn = (problem: string): number => Number(/\(line (\d+) column/.exec(problem)?.[1] ?? 1);

const TOKEN = /"(?:\\.|[^"\\])*"|[[\]{}:,\n]|[^\s"[\]{}:,]+/g;

/** The line on which each element of the list at `depth` begins, in a valid JSON text. At depth 2, the list is that of the key `batch`. */
function elementLines(text: string, depth: 1 | 2): number[] {
  let lines: number[] = [];
  let line = 1;
  let level = 0;
  let lastText = '';
  let isInList = false;
  let isNext = false;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line++;
    else {
      if (isNext && token !== ']') lines.push(line);
      isNext = false;
    }
    if (token === '[' || token === '{') {
      level++;
      isNext = token === '[' && level === depth && (depth === 1 || lastText === '"batch"');
      if (isNext) [lines, isInList] = [[], true];
    } else if (token === ']' || token === '}') {
      level--;
      if (level < depth) isInList = false;
    } else if (token === ',') isNext = isInList && level === depth;
    else if (level === 1 && token.startsWith('"')) lastText = token;
  }
  return lines;
}
