import { WholePdf } from './pdf-bytes.ts';
import { typefaces } from './typeface.ts';

/**
 * An empty tagged PDF with embedded fonts, which targets PDF/A-3a. pdfkit writes the title into XML without escaping it: it must not have
 * characters of markup. `at` is every date in the file.
 */
export function openTaggedPdf({ title, at }: { title: string; at: Date }): WholePdf {
  const pdf = new WholePdf({
    autoFirstPage: false,
    bufferPages: true,
    displayTitle: true,
    font: '',
    info: { Title: title, Producer: 'Tantieme', Creator: 'Tantieme', CreationDate: at },
    lang: 'en',
    margin: 0,
    pdfVersion: '1.7',
    size: 'A4',
    subset: 'PDF/A-3a',
    tagged: true,
  });
  pdf.registerFont('regular', typefaces.regular.font);
  pdf.registerFont('strong', typefaces.strong.font);
  return pdf;
}
