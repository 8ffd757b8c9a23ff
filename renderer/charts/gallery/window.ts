export interface GalleryFile {
  readonly name: string;
  readonly file: Blob;
}

declare global {
  /** What tests read from the gallery. */
  interface Window {
    gallerySaved: GalleryFile[];
    /** How often the charts of history were drawn. */
    galleryDraws: number;
  }
}
