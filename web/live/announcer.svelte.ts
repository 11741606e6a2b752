/** What a screen reader is told: results of actions, and nothing that the page says anyway. */
export class Announcer {
  text = $state('');

  say(text: string): void {
    // The same words twice would not be read again without a change in between.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }

  clear(): void {
    this.text = '';
  }
}
