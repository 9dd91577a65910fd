/** The name of a person or key without its id: `Ada` of `Ada (person_5f0c)`. */
export const nameOf = (recorded: string): string => recorded.replace(/ \((?:person|key)_[^)]*\)$/, '');
