import type { OpenAPIV3_1 } from 'openapi-types';
import type { VNode } from 'preact';
import type { Services } from '../../jobs/job.ts';
import type { Brand } from '../../reports/brand.ts';
import type { Caller } from '../auth/caller.ts';
import type { Permission } from '../auth/permissions.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { PageApi } from './page-api.ts';
import type { Locale, Words } from './words.ts';

/** What a page is made from. */
export interface PageRequest {
  readonly caller: Caller;
  readonly words: Words;
  readonly locale: Locale;
  /** The API, with what this caller may do. Pages read and change everything through it, so they can show and do no more than it allows. */
  readonly api: PageApi;
  readonly signIn: SignIn;
  readonly services: Services;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The path without the query. */
  readonly path: string;
  /** Accepts the code of a second factor for this session. Throws as `acceptCode` does. */
  readonly verify: (code: string) => Promise<void>;
  /** The same with a passkey. */
  readonly verifyByPasskey: (response: unknown) => Promise<void>;
}

/** What a page for everybody is made from: whoever looks need not have logged in. */
export interface OpenRequest extends Omit<PageRequest, 'caller' | 'signIn' | 'verify' | 'verifyByPasskey'> {
  readonly caller: Caller | undefined;
  readonly brand: Brand;
  /** Where the pages and the API are: `https://royalties.example.com`. */
  readonly origin: string;
  /** The description of the API. */
  readonly openapi: () => Promise<OpenAPIV3_1.Document>;
}

/** A page for everybody. */
export interface OpenPage {
  readonly path: string;
  /** Whether it is for everybody as this installation is configured; if not, for whoever has logged in. */
  readonly isOpen?: (brand: Brand) => boolean;
  readonly show: (request: OpenRequest) => Promise<PageContent>;
}

/** What a page shows. */
export interface PageContent {
  readonly title: string;
  readonly body: VNode | readonly VNode[];
  /** Whether it shows something that goes on: it is then updated by itself, and without scripts loaded again. */
  readonly isLive?: boolean;
  /** Of an act: whether it was done, and this shows once what came of it; otherwise what was given has faults. */
  readonly isDone?: boolean;
  /** Whether it has a `passkeyForm`. */
  readonly hasPasskeys?: boolean;
}

/** What a form has sent: the last value of each field; of a file its bytes in base64. */
export type Form = Readonly<Record<string, string>>;

/** One page: where it is, who may see it, what it shows, and what its forms do. */
export interface Page {
  /** A path of Fastify: `/statements/:statement_id`. */
  readonly path: string;
  /** Whoever has it may see the page; undefined: whoever is logged in. */
  readonly permission?: Permission;
  readonly show: (request: PageRequest) => Promise<PageContent>;
  /** The page to which a caller is led instead; undefined: this one. */
  readonly leadsTo?: (caller: Caller) => string | undefined;
  /** What whoever has not logged in sees at the same path, instead of being led to log in. */
  readonly outside?: OpenPage['show'];
  /** For a page that takes files; otherwise the limit of the API. */
  readonly largestFormBytes?: number;
  /**
   * By the name of the button or hidden field `act`. Each returns where to go on, with what happened as `?done=`; or the page again, if what was
   * given has faults, or what is shown only once.
   */
  readonly acts?: Readonly<Record<string, (request: PageRequest, form: Form) => Promise<string | PageContent>>>;
}

/** A place in the menu, for those who may see it. */
export interface MenuEntry {
  /** With `:creator_id` or `:developer_id` for the one of the page, or the first one of the caller; without one the place is not shown. */
  readonly path: string;
  /** Whether pages below the path are other places. */
  readonly isExact?: boolean;
  readonly permission?: Permission;
  /** Only for callers who see their own alone, or only for the others. */
  readonly audience?: 'outside' | 'staff';
  readonly label: (words: Words) => string;
}
