import type { ColumnType, Generated } from 'kysely';

/** A version of a form that a creator has given; append-only. The last one of a regime is in force. */
export interface TaxProfilesTable {
  entry: Generated<bigint>;
  creator_id: string;
  form: 'w9' | 'w8ben' | 'w8bene' | 'dac7_person' | 'dac7_entity' | 'vat';
  regime: 'us' | 'dac7' | 'vat';
  /** Counts the versions of a form of a creator, from 1. */
  version: number;
  /** The form and version before it in its regime: `w9/1`. */
  supersedes: string | null;
  /** The date of the signature; null if the form is not signed. */
  signed_on: string | null;
  /** The last day on which it counts; null if it does not expire. */
  valid_until_on: string | null;
  /** What is neither a name, nor an address, nor a number. */
  facts: ColumnType<unknown, string, never>;
  /** The key of its sealed values; erased once that key is deleted. */
  data_key_id: string;
  recorded_at: string;
  recorded_by: string;
}

/** A sealed value of a version: a field, or `profile`, the whole with masks in the place of these fields; append-only. */
export interface TaxProfileValuesTable {
  creator_id: string;
  form: string;
  version: number;
  field: string;
  data_key_id: string;
  /** AES-256-GCM, in base64. */
  nonce: string;
  ciphertext: string;
  tag: string;
}

/** The key under which the values of a creator are sealed, itself wrapped by a master key. Deleting it erases the values. */
export interface TaxDataKeysTable {
  data_key_id: string;
  creator_id: string;
  wrapped_key: string;
  master_key_id: string;
  created_at: string;
  /** When its erasure was requested; what is recorded later has another key. */
  retired_at: string | null;
}

/** Each opening of sealed values; append-only. */
export interface TaxOpeningsTable {
  entry: Generated<bigint>;
  creator_id: string;
  /** Null where a data key was wrapped anew. */
  form: string | null;
  version: number | null;
  /** The fields, separated by commas. */
  fields: string;
  purpose: 'shown' | 'exported' | 'rotated';
  because: string | null;
  opened_by: string;
  opened_at: string;
}

/** Whether backup withholding was turned on or off for a creator, and why; append-only, the last one counts. */
export interface TaxWithholdingNoticesTable {
  entry: Generated<bigint>;
  creator_id: string;
  is_on: boolean;
  because: string;
  changed_by: string;
  changed_at: string;
}

/** Requests to erase the profiles of a creator, and erasures; append-only. */
export interface TaxErasuresTable {
  entry: Generated<bigint>;
  creator_id: string;
  step: 'requested' | 'erased';
  because: string;
  /** Of a request that must wait: the last day on which the law requires the profiles. */
  kept_until_on: string | null;
  done_by: string;
  done_at: string;
}

/** A request to open the numbers of all creators on a form of a year; released once, by another person, and else append-only. */
export interface TaxYearOpeningsTable {
  entry: Generated<bigint>;
  opening_id: string;
  year: string;
  form: string;
  because: string;
  requested_by: string;
  requested_at: string;
  released_by: string | null;
  released_at: string | null;
}

export interface TaxTables {
  tax_year_openings: TaxYearOpeningsTable;
  tax_profiles: TaxProfilesTable;
  tax_profile_values: TaxProfileValuesTable;
  tax_data_keys: TaxDataKeysTable;
  tax_openings: TaxOpeningsTable;
  tax_withholding_notices: TaxWithholdingNoticesTable;
  tax_erasures: TaxErasuresTable;
}
