/**
 * One text of all statements. What belongs together happens at once, so that nobody sees a table
 * without its rights or its constraints; what takes long holds no lock that others wait for.
 */
export function arrange(own: readonly string[], made: readonly string[]): string {
  const validations = made.filter(isValidation);
  const statements = [...own, ...made.filter((each) => !isValidation(each)), ...validations];
  const groups: string[][] = [];
  for (const statement of statements) {
    const group = groups.at(-1);
    const joins = !isAlone(statement) && group !== undefined && !group.some(isAlone);
    if (joins) group.push(statement);
    else groups.push([statement]);
  }
  const texts = groups.map((group) =>
    group.length === 1 ? group.join(' ') : `begin; ${group.join(' ')} commit;`,
  );
  return texts.join(' ');
}

function isValidation(statement: string): boolean {
  return statement.includes(' validate constraint ');
}

/** PostgreSQL refuses it in a transaction, or it reads a whole table. */
function isAlone(statement: string): boolean {
  return (
    /^(?:create|drop|reindex) .*index concurrently /i.test(statement) || isValidation(statement)
  );
}
