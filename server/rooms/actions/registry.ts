import type { ActionName, AvailableStep, HandAction } from '../../../contract/index.ts';
import { clone } from './clone.ts';
import { containerAction } from './container-action.ts';
import { exec } from './exec.ts';
import { http } from './http.ts';
import { kill } from './kill.ts';
import type { StepKind } from './kind.ts';
import { notify } from './notify.ts';
import { pause } from './pause.ts';
import { prune } from './prune.ts';
import { pullImage } from './pull-image.ts';
import { remove } from './remove.ts';
import { removeImage } from './remove-image.ts';
import { rename } from './rename.ts';
import { restart } from './restart.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { tagImage } from './tag-image.ts';
import { unpause } from './unpause.ts';
import { update } from './update.ts';
import { wait } from './wait.ts';

const registry: Record<AvailableStep | HandAction, StepKind> = {
  restart: containerAction(restart),
  start: containerAction(start),
  stop: containerAction(stop),
  kill: containerAction(kill),
  pause: containerAction(pause),
  unpause: containerAction(unpause),
  update,
  rename: containerAction(rename),
  remove: containerAction(remove),
  clone,
  exec,
  run,
  prune,
  'pull-image': pullImage,
  'tag-image': tagImage,
  'remove-image': removeImage,
  http,
  notify,
  wait,
};

/** The kind of step of that name; undefined where this version has none. */
export const findKind = (name: ActionName): StepKind | undefined =>
  (registry as Partial<Record<ActionName, StepKind>>)[name];
