/**
 * What the Data Package standard, version 2, asks of a descriptor, as a JSON schema: the parts that we write, from the text of
 * the standard (Data Package, Data Resource, Table Schema).
 */
const name = { type: 'string', pattern: '^[-a-z0-9._/]+$' };
const fieldTypes =
  'string number integer date time datetime year yearmonth boolean object geopoint geojson array list duration any';

const field = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    type: { enum: fieldTypes.split(' ') },
    description: { type: 'string' },
  },
};

const resource = {
  type: 'object',
  required: ['name', 'path'],
  properties: {
    name,
    path: { type: 'string', pattern: '^(?![./~])(?!.*\\.\\./)(?!.*\\\\)(?!.*://).+$' },
    type: { const: 'table' },
    bytes: { type: 'integer', minimum: 0 },
    hash: { type: 'string', pattern: '^([^:]+:[a-fA-F0-9]+|[a-fA-F0-9]{32})$' },
    mediatype: { type: 'string', pattern: '^(.+)/(.+)$' },
    encoding: { type: 'string' },
    schema: {
      type: 'object',
      required: ['fields'],
      properties: {
        fields: { type: 'array', minItems: 1, items: field },
        missingValues: { type: 'array', items: { type: 'string' } },
        primaryKey: { type: 'array', minItems: 1, items: { type: 'string' } },
      },
    },
  },
};

export const PROFILE = {
  type: 'object',
  required: ['$schema', 'resources'],
  properties: {
    $schema: { const: 'https://datapackage.org/profiles/2.0/datapackage.json' },
    name,
    title: { type: 'string' },
    description: { type: 'string' },
    version: { type: 'string' },
    licenses: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', anyOf: [{ required: ['name'] }, { required: ['path'] }] },
    },
    sources: { type: 'array', minItems: 1, items: { type: 'object' } },
    resources: { type: 'array', minItems: 1, items: resource },
  },
};
