// A loader of codegen: the schema as a client sees it that throws on every error. Fields that are null only beside their
// error (@semanticNonNull) are non-null.
import { readFile } from 'node:fs/promises';
import { buildASTSchema, Kind, parse, visit } from 'graphql';

const isSemantic = ({ name }) => name.value === 'semanticNonNull';

export default async function strictSchema(file) {
  const document = parse(await readFile(file, 'utf8'));
  return buildASTSchema(
    visit(document, {
      [Kind.FIELD_DEFINITION](field) {
        if (!field.directives.some(isSemantic)) return undefined;
        return { ...field, type: { kind: Kind.NON_NULL_TYPE, type: field.type } };
      },
    }),
  );
}
