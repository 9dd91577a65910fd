import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { API, type Checker, type Project, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';
import { invariant, requirePresent } from '../../../warehouse/invariant.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The typings are wider than the answers: where they say `string`, the documentation names these values. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
  'payout.status': ['canceled', 'failed', 'in_transit', 'paid', 'pending'],
  'balance_transaction.status': ['available', 'pending'],
};
/** Every other number is a count, a time or an amount of minor units. */
const FLOATS: readonly string[] = ['exchange_rate'];

interface SchemaParts {
  /** The declarations: `Charge`. Only these may be shown in place of an id. */
  readonly interfaces: readonly string[];
  /** The members that may be an object or a list: for all others the schema has only the values that are neither. */
  readonly nested: ReadonlySet<string>;
}

/**
 * JSON Schemas of Stripe's objects, from the declarations of its client through the compiler's API: every required member, no
 * other one, closed enums. All declarations that can be reached would be hundreds.
 */
export function stripeSchema({ interfaces, nested }: SchemaParts): JsonSchema {
  const root = dirname(createRequire(import.meta.url).resolve('stripe'));
  const entry = join(root, 'stripe.core.d.ts');
  const api = new API({ cwd: root });
  try {
    const project = api.updateSnapshot({ openFiles: [entry] }).getDefaultProjectForFile(entry);
    return new Schemas(requirePresent(project, `${entry} must be readable.`), { entry, nested }).all(interfaces);
  } finally {
    api.close();
  }
}

const NOTHING: JsonSchema = { not: {} };

class Schemas {
  readonly #project: Project;
  readonly #checker: Checker;
  readonly #entry: string;
  readonly #nested: ReadonlySet<string>;
  readonly #definitions: Record<string, JsonSchema> = {};
  readonly #names = new Map<number, string>();
  readonly #expandable = new Set<number>();

  constructor(project: Project, { entry, nested }: { readonly entry: string; readonly nested: ReadonlySet<string> }) {
    this.#project = project;
    this.#checker = project.checker;
    this.#entry = entry;
    this.#nested = nested;
  }

  all(interfaces: readonly string[]): JsonSchema {
    const types = interfaces.map((name) => [name, this.#declared(name)] as const);
    for (const [name, { id }] of types) {
      this.#names.set(id, name);
      this.#expandable.add(id);
    }
    for (const [name, type] of types) this.#definitions[name] = this.#object(type);
    return { $id: 'stripe', $defs: this.#definitions };
  }

  #declared(name: string): Type {
    const text = requirePresent(this.#project.program.getSourceFile(this.#entry), this.#entry).text;
    const at = { document: this.#entry, position: text.length - 1 };
    const namespace = requirePresent(this.#checker.resolveName('Stripe', SymbolFlags.Namespace, at), 'Stripe');
    const found = this.#checker.getMemberInModuleExports(namespace, name);
    const symbol = requirePresent(found, `The client must declare ${name}.`);
    const isAlias = (symbol.flags & SymbolFlags.Alias) !== 0;
    return this.#checker.getDeclaredTypeOfSymbol(isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol);
  }

  /** Of an interface, with its own name or a number. */
  #reference(type: Type): JsonSchema {
    let name = this.#names.get(type.id);
    if (name === undefined) {
      name = `type_${type.id}`;
      this.#names.set(type.id, name);
      this.#definitions[name] = this.#object(type);
    }
    return { $ref: `stripe#/$defs/${name}` };
  }

  #object(type: Type): JsonSchema {
    const members = this.#checker.getPropertiesOfType(type);
    const types = members.length === 0 ? [] : this.#checker.getTypeOfSymbol(members);
    const tag = members.findIndex(({ name }) => name === 'object');
    const literal = types[tag];
    const kind = literal?.isStringLiteralType() ? literal.value : '';
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    members.forEach((member, at) => {
      const schema = this.#of(requirePresent(types[at], member.name), member.name);
      const values = NARROWER[`${kind}.${member.name}`];
      if (schema === undefined) return;
      properties[member.name] = values === undefined ? schema : { enum: values };
      if ((member.flags & SymbolFlags.Optional) === 0) required.push(member.name);
    });
    const [index] = this.#checker.getIndexInfosOfType(type);
    const additionalProperties = index === undefined ? false : this.#of(index.valueType, '');
    return { type: 'object', properties, required, additionalProperties };
  }

  /** Of the type of a member; undefined if it has no value in JSON. */
  #of(type: Type, member: string): JsonSchema | undefined {
    if (type.isUnionType()) return this.#union(type.getTypes(), member);
    const { flags } = type;
    if (type.isLiteralType()) return { const: type.value };
    if (flags & TypeFlags.Null) return { type: 'null' };
    if (flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (flags & TypeFlags.Number) return { type: FLOATS.includes(member) ? 'number' : 'integer' };
    if (flags & TypeFlags.String) return { type: 'string' };
    // An enum that is left open is `string & Record<never, never>`: here it is closed.
    if (type.isIntersectionType() || flags & (TypeFlags.Undefined | TypeFlags.Void)) return undefined;
    if (!this.#nested.has(member)) return NOTHING;
    if (this.#checker.isArrayType(type) && type.isTypeReference()) {
      const [item] = this.#checker.getTypeArguments(type);
      return { type: 'array', items: this.#of(requirePresent(item, 'An array has items.'), member) };
    }
    invariant(
      type.isObjectType(),
      `${member} must have a type that JSON has, not ${this.#checker.typeToString(type)}.`,
    );
    return this.#reference(type);
  }

  #union(types: readonly Type[], member: string): JsonSchema | undefined {
    const shown = types.filter((type) => this.#isShown(type)).flatMap((type) => this.#of(type, member) ?? []);
    return { anyOf: shown.length === 0 ? [NOTHING] : shown };
  }

  /** Another object of Stripe, which has a tag, is shown only if it is asked for. */
  #isShown(type: Type): boolean {
    if (!type.isObjectType() || this.#expandable.has(type.id) || this.#checker.isArrayType(type)) return true;
    return this.#checker.getPropertyOfType(type, 'object') === undefined;
  }
}

/** The names of the members that are an object or a list somewhere in a value. */
export function nestedMembers(value: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) return names;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'object' && member !== null && !Array.isArray(value)) names.add(name);
    nestedMembers(member, names);
  }
  return names;
}
