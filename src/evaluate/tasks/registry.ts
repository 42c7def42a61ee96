import { makeBoolqQuestion } from './questions/boolq.js';
import { introduceCmmlu, makeCmmluQuestion } from './questions/cmmlu.js';
import { cmmluSubjects } from './questions/cmmluSubjects.js';
import { isUnlabelled, makeCmnliQuestion } from './questions/cmnli.js';
import { makeGsm8kQuestion, showGsm8kExample } from './questions/gsm8k.js';
import { makeHellaswagQuestion } from './questions/hellaswag.js';
import { introduceMmlu, makeMmluQuestion, mmluColumns } from './questions/mmlu.js';
import { makePiqaQuestion, piqaLabels } from './questions/piqa.js';
import { makeArcQuestion, makeOpenbookqaQuestion } from './questions/science.js';
import { makeWinograndeQuestion } from './questions/winogrande.js';
import type { TaskRules } from './taskRules.js';

/**
 * All tasks known by name. The rule of each is the one of the figure that most papers print: accuracy where options are
 * letters, words or of one text, and accuracy by characters (`acc_norm` of lm-evaluation-harness) where options are
 * sentences of unequal length.
 */
export const tasks: readonly TaskRules[] = [
  {
    name: 'mmlu',
    title: 'MMLU',
    shots: 0,
    rule: 'raw',
    makeQuestion: makeMmluQuestion,
    introduce: introduceMmlu,
    formats: { csv: true, csvColumns: mmluColumns },
    files: {
      folders: ['mmlu'],
      questions: ['test/*_test.csv', '*_test.csv', 'all/test-*.parquet', 'test*.parquet'],
      examples: ['dev/*_dev.csv', '*_dev.csv', 'all/dev-*.parquet', 'dev*.parquet'],
    },
    hub: { repo: 'cais/mmlu', configs: ['all'], split: 'test', examples: 'dev' },
  },
  {
    name: 'cmmlu',
    title: 'CMMLU',
    shots: 0,
    rule: 'raw',
    makeQuestion: makeCmmluQuestion,
    introduce: introduceCmmlu,
    formats: { csv: true },
    files: { folders: ['cmmlu'], questions: ['test/*.csv', '*.csv'], examples: ['dev/*.csv'] },
    hub: { repo: 'haonan-li/cmmlu', configs: Object.keys(cmmluSubjects), split: 'test', examples: 'dev' },
  },
  {
    name: 'cmnli',
    title: 'CMNLI',
    shots: 0,
    rule: 'raw',
    makeQuestion: makeCmnliQuestion,
    leftOut: { test: isUnlabelled, why: 'people did not agree on a label ("-")' },
    formats: {},
    files: {
      folders: ['cmnli', 'cmnli_public'],
      questions: ['dev.json', 'dev.jsonl', 'validation*.parquet'],
      examples: [],
    },
    hub: { repo: 'clue/clue', configs: ['cmnli'], split: 'validation' },
  },
  {
    name: 'hellaswag',
    title: 'HellaSwag',
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makeHellaswagQuestion,
    formats: { hellaswagText: true },
    files: {
      folders: ['hellaswag'],
      questions: [
        'hellaswag_val_full.txt',
        'hellaswag_val.jsonl',
        'validation*.parquet',
        'data/validation*.parquet',
      ],
      examples: [],
    },
    hub: { repo: 'Rowan/hellaswag', configs: ['default'], split: 'validation' },
  },
  {
    name: 'arc-e',
    title: 'ARC-e',
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makeArcQuestion,
    formats: {},
    files: {
      folders: ['arc', 'arc-e'],
      questions: ['ARC-Easy-Test.jsonl', 'ARC-Easy/ARC-Easy-Test.jsonl', 'ARC-Easy/test*.parquet'],
      examples: [],
    },
    hub: { repo: 'allenai/ai2_arc', configs: ['ARC-Easy'], split: 'test' },
  },
  {
    name: 'arc-c',
    title: 'ARC-c',
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makeArcQuestion,
    formats: {},
    files: {
      folders: ['arc', 'arc-c'],
      questions: [
        'ARC-Challenge-Test.jsonl',
        'ARC-Challenge/ARC-Challenge-Test.jsonl',
        'ARC-Challenge/test*.parquet',
      ],
      examples: [],
    },
    hub: { repo: 'allenai/ai2_arc', configs: ['ARC-Challenge'], split: 'test' },
  },
  {
    name: 'piqa',
    title: 'PIQA',
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makePiqaQuestion,
    labels: piqaLabels,
    formats: {},
    files: {
      folders: ['piqa'],
      questions: ['valid.jsonl', 'dev.jsonl', 'validation*.parquet', 'piqa_validation.parquet'],
      examples: [],
    },
    hub: { repo: 'baber/piqa', configs: ['default'], split: 'validation' },
  },
  {
    name: 'winogrande',
    title: 'WinoGrande',
    shots: 0,
    rule: 'raw',
    makeQuestion: makeWinograndeQuestion,
    formats: {},
    files: {
      folders: ['winogrande', 'winogrande_1.1'],
      questions: ['dev.jsonl', 'validation*.parquet', 'winogrande_xl/validation*.parquet'],
      examples: [],
    },
    hub: { repo: 'allenai/winogrande', configs: ['winogrande_xl'], split: 'validation' },
  },
  {
    name: 'boolq',
    title: 'BoolQ',
    shots: 0,
    rule: 'raw',
    makeQuestion: makeBoolqQuestion,
    formats: {},
    files: {
      folders: ['boolq', 'BoolQ'],
      questions: ['superglue_val.jsonl', 'val.jsonl', 'dev.jsonl', 'validation*.parquet'],
      examples: [],
    },
    hub: { repo: 'aps/super_glue', configs: ['boolq'], split: 'validation' },
  },
  {
    name: 'openbookqa',
    title: 'OpenBookQA',
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makeOpenbookqaQuestion,
    formats: {},
    files: {
      folders: ['openbookqa'],
      questions: ['test.jsonl', 'main/test*.parquet', 'test*.parquet'],
      examples: [],
    },
    hub: { repo: 'allenai/openbookqa', configs: ['main'], split: 'test' },
  },
  {
    name: 'gsm8k',
    title: 'GSM8K',
    shots: 5,
    rule: undefined,
    makeQuestion: makeGsm8kQuestion,
    showExample: showGsm8kExample,
    formats: {},
    files: {
      folders: ['gsm8k'],
      questions: ['test.jsonl', 'main/test*.parquet', 'test*.parquet'],
      examples: ['train.jsonl', 'main/train*.parquet', 'train*.parquet'],
    },
    hub: { repo: 'openai/gsm8k', configs: ['main'], split: 'test', examples: 'train' },
  },
];

/** The task of that name. */
export function findTask(name: string): TaskRules | undefined {
  return tasks.find((task) => task.name === name);
}
