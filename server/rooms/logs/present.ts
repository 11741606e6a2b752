import type { LogLine as ApiLine } from '../../../contract/index.ts';
import type { SourcedLine } from './source.ts';
import { levelOfLine, visibleText } from './wanted.ts';

/** A line as the API shows it. */
export const presentLine = ({ source, line }: SourcedLine): ApiLine => ({
  hostId: source.hostId,
  container: source.name,
  at: line.at,
  stream: line.stream,
  text: line.text,
  level: levelOfLine(line),
  isCut: line.isCut,
});

/** A line of a text: a file has no colours, and shows whose line it is where there are several. */
export const textOfLine = (
  { source, line }: SourcedLine,
  { timestamps, isMerged }: { timestamps: boolean; isMerged: boolean },
): string =>
  `${timestamps ? `${line.at} ` : ''}${isMerged ? `${source.name} | ` : ''}${visibleText(line.text)}${line.isCut ? '' : '\n'}`;
