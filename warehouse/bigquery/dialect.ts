import { DefaultQueryCompiler, type Kysely, type LimitNode, type SchemableIdentifierNode, ValueNode } from 'kysely';
import { type Query, readerThrough } from '../reading-driver.ts';

/** Reading through Kysely: `query` takes the names of the house and `$1`, as in any statement. */
export function bigQueryReader<Tables>(query: Query): Kysely<Tables> {
  return readerThrough<Tables>(query, () => new BigQueryCompiler());
}

/** The default SQL, but for how names are quoted and what escapes in a literal. */
class BigQueryCompiler extends DefaultQueryCompiler {
  protected override getLeftIdentifierWrapper(): string {
    return '`';
  }

  protected override getRightIdentifierWrapper(): string {
    return '`';
  }

  protected override sanitizeIdentifier(identifier: string): string {
    return identifier.replaceAll('\\', '\\\\').replaceAll('`', '\\`');
  }

  protected override sanitizeStringLiteral(value: string): string {
    return value.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  }

  /** The only place where a JavaScript number is no float. */
  protected override visitLimit({ limit }: LimitNode): void {
    this.append('limit ');
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) this.append(String(limit.value));
    else this.visitNode(limit);
  }

  /** A table with its dataset stays a plain name, which becomes one quoted path where the statement is asked. */
  protected override visitSchemableIdentifier(node: SchemableIdentifierNode): void {
    if (node.schema) this.append(`${node.schema.name}.${node.identifier.name}`);
    else this.visitNode(node.identifier);
  }
}
