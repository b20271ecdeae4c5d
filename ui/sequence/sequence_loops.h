#pragma once
// The loops of a sequence diagram as they are titled and framed. Used by sequenceScene() only.

#include "sequence/sequence_scene.h"

namespace aisle {

/// Those of the diagram, and those that are expanded, which it does not frame; in the order of their titles, not placed yet.
std::vector<SequenceScene::Loop> sequenceLoops(const SequenceDiagram& diagram);

/// "3 failed"; nothing when none did.
void setFailedWords(SequenceScene::Label& label, uint64_t errors);

} // namespace aisle
