/** A file of questions that was found or fetched. */
export interface DataFile {
  readonly path: string;
  /** As messages and ids name it: the path below the folder of the task. The same in every run. */
  readonly label: string;
  /** What it is about, where each subject has a file. */
  readonly group: string | undefined;
}
