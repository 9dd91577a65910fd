import type { Fault } from './order-faults.ts';
import type { TextChange } from './payment-order.ts';
import { listCharacters, transliterate } from './transliteration.ts';

/** Where a text stands, and what the file can carry there. */
interface TextField {
  /** Null for the debtor. */
  readonly creator_id: string | null;
  readonly field: string;
  /** In characters, after transliteration. */
  readonly longest: number;
  /** What happens to a longer text: refused unless given. */
  readonly shorten?: boolean;
}

/** Texts of an order as its file carries them, with what was changed on the way and what cannot be carried. */
export class BankTexts {
  readonly changes: TextChange[] = [];
  readonly faults: Fault[] = [];

  /** The text for the file. If it cannot be carried, there is a fault, and the text must not be used. */
  of(text: string, { creator_id, field, longest, shorten = false }: TextField): string {
    const { text: written, unknown } = transliterate(text);
    const refuse = (reason: string): string => {
      this.faults.push({ creator_id, field, reason });
      return '';
    };
    if (unknown.length > 0)
      return refuse(
        `a bank file cannot carry ${listCharacters(unknown)}; enter it in Latin letters, as the bank knows it`,
      );
    if (!/[A-Za-z0-9]/.test(written)) return refuse('it has no letter and no digit that a bank file can carry');
    if (written !== text) this.changes.push({ creator_id, field, from: text, to: written, because: 'transliterated' });
    if (written.length <= longest) return written;
    if (!shorten) return refuse(`it has ${written.length} characters in a bank file, which carries ${longest}`);
    const cut = written.slice(0, longest).trim();
    this.changes.push({ creator_id, field, from: written, to: cut, because: 'shortened' });
    return cut;
  }

  /** As `of`; null stays null. */
  ofOptional(text: string | null, field: TextField): string | null {
    return text === null ? null : this.of(text, field);
  }
}
