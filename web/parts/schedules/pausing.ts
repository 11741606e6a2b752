import { reasonOf } from '../../api/problem.ts';
import type { App } from '../../app.svelte.ts';
import { t } from '../../text/t.ts';

/** Pauses all schedules of the instance, or lets them go on. */
export async function setPaused({ instance, announcer, toasts }: App, isPaused: boolean): Promise<void> {
  try {
    await instance.change({ isPaused });
    announcer.say(t(isPaused ? 'pause.done' : 'pause.over'));
  } catch (error) {
    toasts.show({ text: reasonOf(error), tone: 'bad' });
  }
}
