/** What the three projects share: TypeScript as ES modules, one folder each. */
function describeProject(name) {
  return {
    displayName: name,
    preset: 'ts-jest/presets/default-esm',
    extensionsToTreatAsEsm: ['.ts', '.tsx'],
    // The sources import './name.js'. Packages do as well: `js` comes before `ts`, so that theirs are found.
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    moduleFileExtensions: ['js', 'ts', 'tsx', 'mjs', 'cjs', 'json', 'node'],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/'],
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  };
}

/** Projects that load models: jest.setTimeout, as Jest ignores `testTimeout` in a project. */
const slow = { setupFilesAfterEnv: ['<rootDir>/test/fixtures/longTimeout.ts'] };

export default {
  projects: [
    describeProject('unit'),
    { ...describeProject('native'), ...slow },
    { ...describeProject('cli'), ...slow },
  ],
};
