import type { VNode } from 'preact';
import { html } from '../markup.ts';
import type { Form } from '../page.ts';
import type { Locale } from '../words.ts';
import { countryOptions } from './country-options.ts';

/** A field of a form. Its name is the path of what it fills: `address.street`. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'day' | 'country' | 'choice' | 'flag' | 'percent';
  readonly isOptional?: boolean;
  /** A sentence on when the field matters and what goes into it. */
  readonly hint?: string | undefined;
  /** Of a choice: values with their words. */
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly autocomplete?: string | undefined;
}

interface FieldContext {
  readonly values: Form;
  /** What is wrong with which field, in words. */
  readonly faults: ReadonlyMap<string, string>;
  readonly locale: Locale;
  readonly words: { readonly choose: string; readonly optional: string };
}

/** A field with its label and what is wrong with it, which a screen reader reads with the field. */
export function formField(field: FormField, context: FieldContext): VNode {
  const { name, label, kind, isOptional, hint } = field;
  const fault = context.faults.get(name);
  const id = idOf(name);
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  const attributes = {
    ...{ id, name, 'aria-invalid': fault ? 'true' : undefined, 'aria-describedby': described || undefined },
  };
  const below =
    fault && html`<span class="field-fault" id=${`${id}-fault`}>${kind !== 'flag' && label} ${fault}.</span>`;
  if (kind === 'flag') {
    const isOn = context.values[name] === 'on';
    return html`<div><label class="inline"><input type="checkbox" ...${attributes} checked=${isOn} />${label}</label>${below}</div>`;
  }
  const labelled = html`<label><span>${label}${isOptional && html` <span class="soft">(${context.words.optional})</span>`}</span>
    ${control(field, context, attributes)}${below}</label>`;
  return hint ? html`<div>${labelled}<span class="soft" id=${`${id}-hint`}>${hint}</span></div>` : labelled;
}

export const idOf = (name: string): string => `field-${name.replaceAll('.', '-')}`;

function control(
  { name, kind, choices = [], autocomplete }: FormField,
  { values, locale, words }: FieldContext,
  attributes: object,
): VNode {
  const value = values[name] ?? '';
  if (kind === 'country' || kind === 'choice') {
    const options =
      kind === 'country'
        ? countryOptions(locale, value)
        : choices.map(([each, label]) => html`<option value=${each} selected=${each === value}>${label}</option>`);
    return html`<select ...${attributes}><option value="">${words.choose}</option>${options}</select>`;
  }
  const type = kind === 'day' ? 'date' : 'text';
  const mode = kind === 'percent' ? 'decimal' : undefined;
  return html`<input ...${attributes} type=${type} value=${value} inputmode=${mode} autocomplete=${autocomplete ?? 'off'} maxlength="1000" />`;
}
