import { sqlNames } from '../sql-names.ts';

/** Comments, literals (also `$$…$$` and `e'…'`) and quoted names of DuckDB. A doubled quote is two literals side by side. */
const TEXT =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w$])\$(?<tag>(?:[A-Za-z_]\w*)?)\$[\s\S]*?\$\k<tag>\$|\b[eE]'(?:\\[\s\S]|''|[^'\\])*'|'[^']*'|"[^"]*"/;

/** The names of tables and functions in DuckDB's statements. */
export const { namesIn, resolveNames } = sqlNames(TEXT);
