import { PageWriter, type RunningText } from '../render/pdf/page-writer.ts';
import { openTaggedPdf } from '../render/pdf/tagged-pdf.ts';

interface Paper extends RunningText {
  readonly title: string;
  readonly lang?: string;
  /** The instant of the closing: every date in the file is this one, so that equal copies have equal bytes. */
  readonly at: string;
}

/** The copies of one recipient as a tagged PDF, each from the top of a page. */
export function pdfOfCopies<T>(
  copies: readonly T[],
  { title, lang, at, head, foot }: Paper,
  draw: (page: PageWriter, copy: T) => void,
): Buffer {
  const pdf = openTaggedPdf({ title, at: new Date(at), ...(lang !== undefined && { lang }) });
  const page = new PageWriter(pdf);
  for (const [index, copy] of copies.entries()) {
    if (index > 0) page.startPage();
    draw(page, copy);
  }
  page.finish({ head, foot });
  return pdf.toBytes();
}
