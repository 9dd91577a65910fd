import { escaped } from '../render/workbook-package.ts';

export const element = (name: string, inner: string, attributes = ''): string =>
  `<${name}${attributes}>${inner}</${name}>`;
export const text = (name: string, value: string, attributes = ''): string => element(name, escaped(value), attributes);
export const optional = (name: string, value: string | undefined | null): string => (value ? text(name, value) : '');
