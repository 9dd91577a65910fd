import { describe, expect, test } from 'vitest';
import { elementsAt, parseXml, textAt, writeXml, xml } from '../../../reports/bank/xml.ts';

const parse = (text: string, encoding: BufferEncoding = 'utf8') => parseXml(Buffer.from(text, encoding), 'The file');

describe('XML', () => {
  test('is written and read back, with what must be escaped', () => {
    const written = writeXml(xml('a', [xml('b', `<&>"'`, { c: '"&' }), undefined, xml('b', 'ü')]));
    const read = parseXml(written, 'It');
    expect(elementsAt(read, 'b').map(({ text, attributes }) => [text, attributes.c])).toEqual([
      [`<&>"'`, '"&'],
      ['ü', undefined],
    ]);
  });

  test('is read by local names, whatever the prefix', () => {
    const read = parse('<x:a xmlns:x="urn:1"><x:b> <![CDATA[1<2]]> </x:b></x:a>');
    expect([read.name, read.namespace, textAt(read, 'b')]).toEqual(['a', 'urn:1', '1<2']);
  });

  test('is read in the encoding that it names', () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Zoë</a>';
    expect(parse(text, 'latin1').text).toBe('Zoë');
  });

  test.each([
    ['a document type', '<!DOCTYPE a><a/>', 'it has a document type'],
    ['entities that grow', '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', 'it has a document type'],
    [
      'an entity of another file',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'a document type',
    ],
    ['an unknown entity', '<a>&b;</a>', 'it is not well-formed'],
    ['an open element', '<a><b></a>', 'it is not well-formed'],
    ['nothing', '', 'it is not well-formed'],
    ['depth', '<a>'.repeat(65), 'nested more than 64 deep'],
    ['an encoding', '<?xml version="1.0" encoding="UTF-7"?><a/>', 'its encoding utf-7 is not one of'],
  ])('with %s is refused', (_, text, sentence) => expect(() => parse(text)).toThrow(sentence));

  test('that is not in its encoding, or too large, is refused', () => {
    expect(() => parse('<a>Zoë</a>', 'latin1')).toThrow('it is not in the encoding that it names, utf-8');
    expect(() => parseXml(Buffer.alloc(64 * 1024 * 1024 + 1), 'The file')).toThrow('bytes, and at most');
  });
});
