/**
 * Reason codes of ACH returns and changes (Nacha Operating Rules, appendices four and five), as far as they concern a credit that we sent.
 * Codes of debits, of dishonored returns and of international entries are not here: a person looks at them.
 */

export const NACHA_RETURNS: Readonly<Record<string, string>> = {
  R02: 'the account is closed',
  R03: 'there is no such account, or the name does not fit the number',
  R04: 'the account number is invalid',
  R06: 'returned because our bank asked for it',
  R12: 'the branch was sold to another bank',
  R13: "the receiver's bank takes no ACH entries",
  R14: 'the representative payee has died or cannot act',
  R15: 'the beneficiary or the holder of the account has died',
  R16: 'the account is frozen, or sanctions require the return',
  R17: 'the bank cannot process a field, or suspects the entry',
  R18: 'the effective entry date is wrong',
  R19: 'the amount field is wrong',
  R20: 'the account takes no ACH entries',
  R21: 'the company id is invalid',
  R22: 'the individual id is invalid',
  R23: 'the receiver has refused the credit',
  R24: 'it is a duplicate',
  R25: 'the addenda are wrong',
  R26: 'a required field is wrong',
  R27: 'the trace number is wrong',
  R28: 'the check digit of the routing number is wrong',
  R30: "the receiver's bank does not take part",
  R31: 'returned late with the permission of our bank',
  R32: "the receiver's bank cannot settle it",
  R34: "the receiver's bank may take only some entries",
};

export const NACHA_CHANGES: Readonly<Record<string, string>> = {
  C01: 'the account number must be corrected',
  C02: 'the routing number must be corrected',
  C03: 'the routing number and the account number must be corrected',
  C04: 'the name must be corrected',
  C05: 'the account is of the other kind, checking or savings',
  C06: 'the account number and the kind of account must be corrected',
  C07: 'the routing number, the account number and the kind of account must be corrected',
  C09: 'the individual id must be corrected',
  C10: 'the name of the company must be corrected',
  C11: 'the company id must be corrected',
  C12: 'the name and the id of the company must be corrected',
};
