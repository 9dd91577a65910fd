/** A text that every form, file and cell can carry, as a pattern of JSON schema: one line, not blank, no control character, no half of a character. */
export const LINE = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF]+$';

/** What is said of a text that is none, after the name of its field. */
export const NO_LINE = 'must be one line of text, not blank and without control characters';
