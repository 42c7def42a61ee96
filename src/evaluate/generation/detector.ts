/** What is said of the language of a text. */
export interface Detection {
  /** ISO 639-1 code of the likeliest language; empty where nothing was found. */
  readonly language: string;
  readonly reliable: boolean;
  /** 0 to 1, by language. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Tells the language of a piece of text, of which the first 1000 characters are looked at. */
export type DetectLanguage = (text: string) => Detection;

/**
 * Loads the detector: Nito-ELD with its small database, which knows 60 languages by n-grams of bytes. Its database is
 * read at the first call alone, as that takes a third of a second.
 */
export async function openDetector(): Promise<DetectLanguage> {
  const { eld } = await import('eld/small');
  const detector = eld.newInstance();
  detector.enableTextCleanup(true); // addresses and numbers have no language
  return (text) => {
    const result = detector.detect(text);
    return { language: result.language, reliable: result.isReliable(), scores: result.getScores() };
  };
}
