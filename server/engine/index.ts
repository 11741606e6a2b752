export { connectEngine } from './client.ts';
export * from './error.ts';
export type { Command, CommandState, JobContainer } from './jobs.ts';
export type { OutputPiece } from './output-frames.ts';
export type { PictureOptions, PictureStatus } from './picture.ts';
export { Picture } from './picture.ts';
export { ownContainerId } from './self.ts';
export { statusWords } from './status-words.ts';
export type * from './types.ts';
