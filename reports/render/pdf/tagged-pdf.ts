import { WholePdf } from './pdf-bytes.ts';
import { typefaces } from './typeface.ts';

/**
 * That the file is PDF/UA-1 too (ISO 14289-1, 5), and what this property is: PDF/A allows in its metadata only properties that
 * it knows or that are described (ISO 19005-3, 6.6.2.3).
 */
const UNIVERSAL_ACCESS = `
        <rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
            <pdfuaid:part>1</pdfuaid:part>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
            xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
            <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
                <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
                <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
                <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
                <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
                    <pdfaProperty:name>part</pdfaProperty:name>
                    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
                    <pdfaProperty:category>internal</pdfaProperty:category>
                    <pdfaProperty:description>The part of ISO 14289 to which the file conforms</pdfaProperty:description>
                </rdf:li></rdf:Seq></pdfaSchema:property>
            </rdf:li></rdf:Bag></pdfaExtension:schemas>
        </rdf:Description>
        `;

/**
 * An empty tagged PDF with embedded fonts, PDF/A-3a and PDF/UA-1 in one. pdfkit writes the title into XML without escaping it: it must not have
 * characters of markup. `at` is every date in the file; `lang` a BCP 47 tag.
 */
export function openTaggedPdf({ title, at, lang = 'en' }: { title: string; at: Date; lang?: string }): WholePdf {
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
  pdf.appendXML(UNIVERSAL_ACCESS);
  pdf.registerFont('regular', typefaces.regular.font);
  pdf.registerFont('strong', typefaces.strong.font);
  return pdf;
}
