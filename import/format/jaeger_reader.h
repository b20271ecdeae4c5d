#pragma once
// The importer of all of Jaeger's JSON: API and UI ({"data": [trace]}, traces, lists of spans), Elasticsearch
// documents (hits, _source, bare), model JSON (traces, batches, spans), JSON lines of any of them.
//
// A trace's process table may stand behind its spans (Jaeger's own API writes it there), so each process of
// each trace is an open context until the table comes.

#include "format/jaeger_record.h"
#include "importer.h"

namespace aisle {

/// `binary`: how tags of that type are written, base64 but in Elasticsearch.
std::unique_ptr<Importer> makeJaegerImporter(JaegerBinary binary);

} // namespace aisle
