/**
 * Plans how the options of many questions run side by side, so that what they share is computed once. Pure.
 *
 * Questions next to each other that begin alike (few-shot examples, a subject's heading) form a section; its beginning,
 * the trunk, runs once, in sequence 0. Questions are then run in groups that fill the room. Within a question the
 * options share their stem, which is run first; then each runs its ending in a sequence of its own.
 */
import type { SequenceRequest } from './contract.js';
import { findSharedLength, type EncodedQuestion } from './encode.js';
import { makeUnits, type Unit } from './units.js';

/** One call to the model. */
export interface Wave {
  readonly request: SequenceRequest;
  /** `[rows]`: which option's token each result is for. */
  readonly sinks: readonly Sink[];
}

export interface Sink {
  /** Index of the question among those planned, and of the option in it. */
  readonly question: number;
  readonly option: number;
  /** Place of the scored token in the option's tokens. */
  readonly place: number;
}

/** Questions that are done when all of the waves are. */
export interface Group {
  readonly questions: readonly number[];
  readonly waves: readonly Wave[];
}

/** What the model was opened with. */
export interface Room {
  /** Tokens of all sequences together. */
  readonly cells: number;
  readonly sequences: number;
  /** Tokens that a group should have at most, if its questions allow: attention looks over all of them. */
  readonly groupTokens: number;
}

/** Tokens saved that make a call of its own worth while. */
const worthWhile = 16;

interface Section {
  readonly begin: number;
  readonly end: number;
  /** Tokens that all questions of the section begin with; none if they are not worth while. */
  readonly trunk: Int32Array;
}

/** Plans all questions; every option fits the room by itself. */
export function planWaves(questions: readonly EncodedQuestion[], room: Room): readonly Group[] {
  // a trunk takes a sequence of its own
  const sections =
    room.sequences > 1
      ? findSections(questions)
      : [{ begin: 0, end: questions.length, trunk: new Int32Array() }];
  return sections.flatMap((section) => planSection(questions, section, room));
}

/** Adds questions to a section as long as that saves more than beginning anew. */
function findSections(questions: readonly EncodedQuestion[]): readonly Section[] {
  const sections: Section[] = [];
  let begin = 0;
  let trunk = questions[0] === undefined ? new Int32Array() : findTrunk(questions[0]);
  for (let i = 1; i <= questions.length; i++) {
    const question = questions[i];
    if (question !== undefined) {
      const shared = findSharedLength([trunk, findTrunk(question)]);
      const count = i - begin;
      if (shared * count >= trunk.length * (count - 1) + worthWhile) {
        trunk = trunk.subarray(0, shared);
        continue;
      }
    }
    const isAlone = i - begin === 1;
    const last = sections.at(-1);
    // questions that share nothing still fill groups together
    if (isAlone && last?.trunk.length === 0) sections[sections.length - 1] = { ...last, end: i };
    else if (i > begin) sections.push({ begin, end: i, trunk: isAlone ? new Int32Array() : trunk });
    begin = i;
    if (question !== undefined) trunk = findTrunk(question);
  }
  return sections;
}

/** What all options of a question begin with and no option has scored, nor the token before what is scored. */
function findTrunk({ options, firstOwn }: EncodedQuestion): Int32Array {
  const most = Math.min(firstOwn, ...options.map(({ firstScored }) => firstScored - 1));
  return (options[0]?.tokens ?? new Int32Array()).subarray(0, Math.max(0, most));
}

function planSection(
  questions: readonly EncodedQuestion[],
  { begin, end, trunk }: Section,
  room: Room,
): readonly Group[] {
  const groups: Group[] = [];
  const firstSequence = trunk.length > 0 ? 1 : 0;
  const limit = {
    tokens: room.cells - trunk.length,
    sequences: room.sequences - firstSequence,
  };
  const wanted = Math.min(limit.tokens, room.groupTokens);
  let units: Unit[] = [];
  let tokens = 0;
  let sequences = 0;
  let usedBefore = 0;

  const finish = () => {
    if (units.length === 0) return;
    const lead = groups.length === 0 && trunk.length > 0 ? [runTrunk(trunk)] : [];
    const waves = [...lead, ...runUnits(units, trunk.length, usedBefore)];
    const last = units.filter(({ isLast }) => isLast).map(({ question }) => question);
    groups.push({ questions: last, waves });
    usedBefore = sequences;
    units = [];
    tokens = 0;
    sequences = 0;
  };
  for (let i = begin; i < end; i++) {
    const question = questions[i];
    if (question === undefined) continue;
    for (const unit of makeUnits(question, i, trunk.length, limit, worthWhile)) {
      const isFull = tokens + unit.tokens > wanted || sequences + unit.sequences > limit.sequences;
      if (units.length > 0 && isFull) finish();
      units.push(unit);
      tokens += unit.tokens;
      sequences += unit.sequences;
    }
  }
  finish();
  return groups;
}

function runTrunk(trunk: Int32Array): Wave {
  return {
    request: {
      clear: true,
      copies: new Int32Array(),
      tokens: trunk,
      positions: Int32Array.from(trunk, (_, i) => i),
      sequences: new Int32Array(trunk.length),
      rows: new Int32Array(),
      targets: new Int32Array(),
    },
    sinks: [],
  };
}

/** The stems of all units, then their endings. */
function runUnits(units: readonly Unit[], trunkLength: number, usedBefore: number): readonly Wave[] {
  const firstSequence = trunkLength > 0 ? 1 : 0;
  const stems = new WaveBuilder();
  const endings = new WaveBuilder();
  let sequence = firstSequence;
  for (const unit of units) {
    const own = sequence;
    if (trunkLength > 0) stems.copy(0, own);
    stems.run(unit.stem, trunkLength, own);
    unit.endings.forEach((ending, e) => {
      if (e > 0) endings.copy(own, own + e);
      endings.run(ending, trunkLength + unit.stem.tokens.length, own + e);
    });
    sequence += unit.sequences;
  }
  if (trunkLength > 0) {
    // what the group before left takes room, and time
    for (let stale = sequence; stale < firstSequence + usedBefore; stale++) stems.copy(-1, stale);
    for (let other = firstSequence; other < Math.min(sequence, firstSequence + usedBefore); other++) {
      if (!stems.fills(other)) stems.copy(-1, other);
    }
  }
  return [stems.build(trunkLength === 0), ...(endings.isEmpty ? [] : [endings.build(false)])];
}

/** Gathers what runs in one call. */
class WaveBuilder {
  readonly #copies: number[] = [];
  readonly #tokens: number[] = [];
  readonly #positions: number[] = [];
  readonly #sequences: number[] = [];
  readonly #rows: number[] = [];
  readonly #targets: number[] = [];
  readonly #sinks: Sink[] = [];

  get isEmpty(): boolean {
    return this.#tokens.length === 0;
  }

  copy(from: number, to: number): void {
    this.#copies.push(from, to);
  }

  /** Whether a sequence is made to begin as another one. */
  fills(sequence: number): boolean {
    return this.#copies.some((to, i) => i % 2 === 1 && to === sequence);
  }

  run({ tokens, wanted }: Unit['stem'], position: number, sequence: number): void {
    const first = this.#tokens.length;
    tokens.forEach((token, i) => {
      this.#tokens.push(token);
      this.#positions.push(position + i);
      this.#sequences.push(sequence);
    });
    for (const { row, target, sink } of wanted) {
      this.#rows.push(first + row);
      this.#targets.push(target);
      this.#sinks.push(sink);
    }
  }

  build(clear: boolean): Wave {
    return {
      request: {
        clear,
        copies: Int32Array.from(this.#copies),
        tokens: Int32Array.from(this.#tokens),
        positions: Int32Array.from(this.#positions),
        sequences: Int32Array.from(this.#sequences),
        rows: Int32Array.from(this.#rows),
        targets: Int32Array.from(this.#targets),
      },
      sinks: this.#sinks,
    };
  }
}
