/** A message to one person, as plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Becomes the Message-ID: a mail with the same one is the same mail, sent again. */
  readonly id?: string;
}

/** Sends mail. */
export interface Mailer {
  /** Resolves once the mail server, or the disk, has it. Throws `Unavailable`. */
  send(mail: Mail): Promise<void>;
}

/** Where mail goes: to a server by SMTP, or into files, which nobody is mailed about. */
export type MailAddress =
  | { readonly kind: 'smtp'; readonly url: string; readonly from: string }
  | { readonly kind: 'folder'; readonly folder: string; readonly from: string };
