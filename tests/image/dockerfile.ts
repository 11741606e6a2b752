/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  keyword: string;
  rest: string;
}

/** A stage of a Dockerfile: what stands from one FROM to the next. */
export interface Stage {
  name: string | null;
  base: string;
  instructions: Instruction[];
}

/** `COPY`: `from` is the stage it takes from, null for the build context. */
export interface Copy {
  from: string | null;
  sources: string[];
  target: string;
}

/** Reads the stages of a Dockerfile, as far as this project's one uses the language. */
export const readStages = (text: string): Stage[] => {
  const stages: Stage[] = [];
  for (const instruction of instructionsOf(text)) {
    if (instruction.keyword !== 'FROM') stages.at(-1)?.instructions.push(instruction);
    else stages.push(stageOf(instruction.rest));
  }
  return stages;
};

const instructionsOf = (text: string): Instruction[] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, keyword = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { keyword, rest };
    });

const stageOf = (rest: string): Stage => {
  const [base = '', , name] = rest.split(/\s+/);
  return { name: name ?? null, base, instructions: [] };
};

/** The `rest` of every instruction of that kind. */
export const valuesOf = (stage: Stage, keyword: string): string[] =>
  stage.instructions.filter((i) => i.keyword === keyword).map((i) => i.rest);

export const copiesOf = (stage: Stage): Copy[] =>
  valuesOf(stage, 'COPY').map((rest) => {
    const words = rest.split(/\s+/);
    const from = /^--from=(.+)$/.exec(words[0] ?? '')?.[1] ?? null;
    const paths = from === null ? words : words.slice(1);
    return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' };
  });

/** `KEY=value` and `key="a value"`, as ENV and LABEL have them. */
export const pairsOf = (stage: Stage, keyword: 'ENV' | 'LABEL'): Record<string, string> =>
  Object.fromEntries(
    valuesOf(stage, keyword).flatMap((rest) =>
      [...rest.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)].map((m) => [m[1] ?? '', m[2] ?? m[3] ?? '']),
    ),
  );
