/** Run by the threads that the benchmark of statements is compared with: bare pdfkit, without tags, tables and attachments. */
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { workerData } from 'node:worker_threads';
import { create } from 'fontkit';
import PDFDocument from 'pdfkit';
import { documentsInThread } from '../../warehouse/documents/in-thread.ts';
import type { DocumentsAddress } from '../../warehouse/documents/open-documents.ts';

const FONT = '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf';
const font = create(readFileSync(fileURLToPath(import.meta.resolve(FONT))));
const documents = documentsInThread(workerData as DocumentsAddress);

/** The text of a document: its pages, each a list of lines. */
export type DrawnText = readonly (readonly string[])[];

export default async function drawAndStore(batch: readonly DrawnText[]): Promise<void> {
  const drawn: Buffer[] = [];
  for (const text of batch) drawn.push(await draw(text));
  await documents.putAll(drawn);
}

function draw(pages: DrawnText): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4', font: '', autoFirstPage: false });
  pdf.registerFont('plain', font);
  for (const lines of pages) {
    pdf.addPage().font('plain').fontSize(7);
    for (const line of lines) pdf.text(line, { lineBreak: false });
  }
  pdf.end();
  return buffer(pdf);
}
