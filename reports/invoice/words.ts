/** The date of EN 16931 (rules 1.3.16), Factur-X 1.0.08 and Directive 2006/112/EC as they are followed here. */
export const RULE_SET_ON = '2026-11-26';

/** Printed on every invoice. */
export const NOTICE =
  'Follows EN 16931 without the additions of any country. Whether it may be used as an invoice, and which tax it shows, is for the operator to decide.';

/** Article 226(10a) of Directive 2006/112/EC. */
export const SELF_BILLING = 'Self-billing';
/** Article 226(11a) of Directive 2006/112/EC. */
export const REVERSE_CHARGE = 'Reverse charge';
