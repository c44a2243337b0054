/** Work that is done again as long as somebody asks for it meanwhile, never twice at a time. Knows nothing of the work. */

export class Stream {
  private asked = false;
  private going: Promise<void> | null = null;

  /** @param work must not reject. */
  constructor(private readonly work: () => Promise<void>) {}

  go(): void {
    this.asked = true;
    this.going ??= this.run();
  }

  /** Settles when nothing is being done and nobody has asked. */
  async rests(): Promise<void> {
    while (this.going !== null) await this.going;
  }

  private async run(): Promise<void> {
    await Promise.resolve();
    while (this.asked) {
      this.asked = false;
      await this.work();
    }
    this.going = null;
  }
}
