import htm from 'htm';
import { type ComponentChildren, h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** Markup as a template: html`<p>${text}</p>`. Texts and attributes are escaped by Preact. */
export const html = (htm as unknown as Htm).bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

/** Its types are those of its CommonJS form, and it is loaded as a module. */
interface Htm {
  bind(create: typeof h): unknown;
}

export type Children = ComponentChildren;

/** A whole document as text. */
export const renderDocument = (document: VNode): string => `<!doctype html>\n${renderToString(document)}`;
