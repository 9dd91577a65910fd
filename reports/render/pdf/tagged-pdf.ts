import { WholePdf } from './pdf-bytes.ts';
import { typefaces } from './typeface.ts';

/** Properties of the metadata that PDF/A does not know: it allows them only with their description (ISO 19005-3, 6.6.2.3). */
export interface MetadataSchema {
  readonly name: string;
  readonly namespace: string;
  readonly prefix: string;
  /** Values have no characters of markup. */
  readonly properties: readonly {
    readonly name: string;
    readonly type: 'Integer' | 'Text';
    readonly category: 'internal' | 'external';
    readonly description: string;
    readonly value: string;
  }[];
}

/** That the file is PDF/UA-1 too (ISO 14289-1, 5). */
const UNIVERSAL_ACCESS: MetadataSchema = {
  name: 'PDF/UA identification schema',
  namespace: 'http://www.aiim.org/pdfua/ns/id/',
  prefix: 'pdfuaid',
  properties: [
    {
      ...({ name: 'part', type: 'Integer', category: 'internal', value: '1' } as const),
      description: 'The part of ISO 14289 to which the file conforms',
    },
  ],
};

function valuesXml({ namespace, prefix, properties }: MetadataSchema): string {
  const values = properties.map(({ name, value }) => `<${prefix}:${name}>${value}</${prefix}:${name}>`);
  return `
        <rdf:Description xmlns:${prefix}="${namespace}" rdf:about="">
            ${values.join('\n            ')}
        </rdf:Description>`;
}

function descriptionXml({ name, namespace, prefix, properties }: MetadataSchema): string {
  const described = properties.map(
    (property) => `<rdf:li rdf:parseType="Resource">
                    <pdfaProperty:name>${property.name}</pdfaProperty:name>
                    <pdfaProperty:valueType>${property.type}</pdfaProperty:valueType>
                    <pdfaProperty:category>${property.category}</pdfaProperty:category>
                    <pdfaProperty:description>${property.description}</pdfaProperty:description>
                </rdf:li>`,
  );
  return `<rdf:li rdf:parseType="Resource">
                <pdfaSchema:schema>${name}</pdfaSchema:schema>
                <pdfaSchema:namespaceURI>${namespace}</pdfaSchema:namespaceURI>
                <pdfaSchema:prefix>${prefix}</pdfaSchema:prefix>
                <pdfaSchema:property><rdf:Seq>${described.join('')}</rdf:Seq></pdfaSchema:property>
            </rdf:li>`;
}

function metadataOf(schemas: readonly MetadataSchema[]): string {
  return `${schemas.map(valuesXml).join('')}
        <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
            xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
            <pdfaExtension:schemas><rdf:Bag>${schemas.map(descriptionXml).join('')}</rdf:Bag></pdfaExtension:schemas>
        </rdf:Description>
        `;
}

/**
 * An empty tagged PDF with embedded fonts, PDF/A-3a and PDF/UA-1 in one. pdfkit writes the title into XML without escaping it: it must not have
 * characters of markup. `at` is every date in the file; `lang` a BCP 47 tag; `schemas` are further properties of its metadata.
 */
export function openTaggedPdf(options: {
  title: string;
  at: Date;
  lang?: string;
  schemas?: readonly MetadataSchema[];
}): WholePdf {
  const { title, at, lang = 'en', schemas = [] } = options;
  const pdf = new WholePdf({
    autoFirstPage: false,
    bufferPages: true,
    displayTitle: true,
    font: '',
    info: { Title: title, Producer: 'Tantieme', Creator: 'Tantieme', CreationDate: at },
    lang,
    margin: 0,
    pdfVersion: '1.7',
    size: 'A4',
    subset: 'PDF/A-3a',
    tagged: true,
  });
  pdf.appendXML(metadataOf([UNIVERSAL_ACCESS, ...schemas]));
  pdf.registerFont('regular', typefaces.regular.font);
  pdf.registerFont('strong', typefaces.strong.font);
  return pdf;
}
