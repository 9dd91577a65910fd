import type { Value } from '../../../warehouse/warehouse.ts';
import type { Parameter } from '../googlesql/evaluator.ts';
import { readCell, WrongValue } from './cells.ts';
import { invalid, unable } from './refusal.ts';
import { typeNamed } from './schema.ts';

export interface ParameterResource {
  readonly name?: string;
  readonly parameterType: { readonly type: string; readonly arrayType?: { readonly type: string } };
  readonly parameterValue?: {
    readonly value?: unknown;
    readonly arrayValues?: readonly { readonly value?: unknown }[];
  };
}

export function readParameters(mode: string | undefined, given: readonly ParameterResource[] = []): Parameter[] {
  if (given.length > 0 && mode !== 'NAMED' && mode !== 'named') throw unable('take positional parameters');
  return given.map(({ name, parameterType, parameterValue = {} }) => {
    if (name === undefined) throw unable('take positional parameters');
    const list = parameterType.type === 'ARRAY';
    const type = typeNamed(list ? (parameterType.arrayType?.type ?? '') : parameterType.type);
    const read = (value: unknown): Value => {
      try {
        return readCell(value, type);
      } catch (error) {
        if (error instanceof WrongValue)
          throw invalid(`Invalid value for the query parameter ${name}. ${error.message}`);
        throw error;
      }
    };
    const value = list
      ? (parameterValue.arrayValues ?? []).map((element) => read(element.value))
      : read(parameterValue.value);
    return { name, type, list, value };
  });
}
