import { isProxy } from "node:util/types";
import { push } from "./_builtins.ts";
import { contentSection } from "./_content_section.ts";
import { internalSections } from "./_internal_sections.ts";
import type { LiveFrame } from "../instrument/live_frames.ts";
import { inheritedGetters } from "./_inherited_getters.ts";
import { ownSections } from "./_own_properties.ts";
import { privateMembers } from "./_private_members.ts";
import { listSection, type Section } from "./_section.ts";

/**
 * What an object has, without running any code of the app. With a frame, its
 * `#private` fields, too, where that is inside their class.
 */
export function sectionsOf(object: object, frame?: LiveFrame): Section[] {
  const sections = internalSections(object);
  if (isProxy(object)) return sections;
  const content = contentSection(object);
  if (content !== undefined) push(sections, content);
  const own = ownSections(object);
  if (own.length > 0) push(sections, own[0]!);
  if (frame !== undefined) {
    push(sections, listSection("property", privateMembers(object, frame)));
  }
  if (own.length > 1) push(sections, own[1]!);
  push(sections, listSection("hidden", inheritedGetters(object)));
  return sections;
}
