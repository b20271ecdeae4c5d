#include "service_graph/graph_layout_part.h"

#include <igraph/igraph.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <new>

namespace aisle {

namespace {

/// Of the room between cards at the length of one edge: more above each other, because cards are wide and so are windows.
constexpr double kAcross = 0.6, kBelow = 0.75;
/// Room per card in multiples of itself: with less, pushing cards apart tears neighbours from each other.
constexpr double kRoom = 2.2;
constexpr igraph_integer_t kMovesPerNode = 10;

const StopToken* asked = nullptr; ///< under the mutex

/// igraph's random numbers and handlers are global.
std::timed_mutex& igraphMutex() {
    static std::timed_mutex mutex;
    return mutex;
}

igraph_error_t leaveWhenStopped(void*) {
    if (!asked->isStopped())
        return IGRAPH_SUCCESS;
    IGRAPH_FINALLY_FREE();
    return IGRAPH_INTERRUPTED;
}

/// Makes igraph ready for one call; the next one waits.
class IgraphCall {
public:
    explicit IgraphCall(const StopToken& stop) : lock_(igraphMutex(), std::defer_lock) {
        while (!lock_.try_lock_for(std::chrono::milliseconds(20)))
            stop.check();
        asked = &stop;
        igraph_set_error_handler(igraph_error_handler_ignore);
        igraph_set_warning_handler(igraph_warning_handler_ignore);
        igraph_set_interruption_handler(leaveWhenStopped);
        igraph_rng_seed(igraph_rng_default(), 1);
    }
    ~IgraphCall() { igraph_set_interruption_handler(nullptr); }
    IgraphCall(const IgraphCall&) = delete;
    IgraphCall& operator=(const IgraphCall&) = delete;

private:
    std::unique_lock<std::timed_mutex> lock_;
};

/// Places in units of an edge's length, from which springs relax, and the box that each node stays in.
struct Seeds {
    QSizeF unit; ///< in pixels
    std::vector<QPointF> places;
    std::vector<QRectF> boxes; ///< empty: anywhere
};

/// On a circle.
Seeds freshSeeds(const GraphLayoutInput& part, QSizeF unit) {
    Seeds seeds{unit, {}, {}};
    const auto count = static_cast<double>(part.nodes.size());
    for (size_t i = 0; i < part.nodes.size(); ++i) {
        const double angle = 2 * M_PI * static_cast<double>(i) / count;
        seeds.places.push_back(QPointF(std::cos(angle), std::sin(angle)) * std::sqrt(count) / 2);
    }
    return seeds;
}

/// Where they are on show, within a gap; what is new begins near its neighbours and goes anywhere.
Seeds seedsAsBefore(const GraphLayoutInput& part, QSizeF unit) {
    double length = 0, lines = 0;
    for (const auto& edge : part.edges) {
        if (part.before[edge.from] && part.before[edge.to]) {
            const QPointF way = *part.before[edge.to] - *part.before[edge.from];
            length += std::hypot(way.x() / unit.width(), way.y() / unit.height());
            ++lines;
        }
    }
    Seeds seeds = freshSeeds(part, unit * (length > 0 ? length / lines : 1));
    const auto inUnits = [&](QPointF p) { return QPointF(p.x() / seeds.unit.width(), p.y() / seeds.unit.height()); };
    std::vector<QPointF> beside(part.nodes.size());
    std::vector<int> known(part.nodes.size(), 0);
    for (const auto& edge : part.edges) {
        for (const auto& [node, other] : {std::pair(edge.from, edge.to), std::pair(edge.to, edge.from)}) {
            if (part.before[other]) {
                beside[node] += inUnits(*part.before[other]);
                ++known[node];
            }
        }
    }
    const QSizeF box(2 * part.nodeGap / seeds.unit.width(), 2 * part.nodeGap / seeds.unit.height());
    for (size_t i = 0; i < part.nodes.size(); ++i) { // no two at one place, where springs have no direction
        QPointF& place = seeds.places[i];
        if (part.before[i])
            place = inUnits(*part.before[i]) + place * 1e-6;
        else if (known[i] > 0)
            place = beside[i] / known[i] + place / std::sqrt(part.nodes.size());
        seeds.boxes.push_back(part.before[i] ? QRectF(place - QPointF(box.width(), box.height()) / 2, box) : QRectF(-1e6, -1e6, 2e6, 2e6));
    }
    return seeds;
}

/// What igraph allocates, until the end.
struct Springs {
    igraph_t graph;
    igraph_vector_int_t edges;
    igraph_matrix_t places;
    igraph_vector_t left, right, top, bottom; ///< of the boxes

    Springs(const GraphLayoutInput& part, const Seeds& seeds) {
        const auto count = static_cast<igraph_integer_t>(part.nodes.size());
        const auto boxes = static_cast<igraph_integer_t>(seeds.boxes.size());
        require(igraph_vector_int_init(&edges, 2 * static_cast<igraph_integer_t>(part.edges.size())));
        for (size_t e = 0; e < part.edges.size(); ++e) {
            VECTOR(edges)[2 * e] = part.edges[e].from;
            VECTOR(edges)[2 * e + 1] = part.edges[e].to;
        }
        require(igraph_create(&graph, &edges, count, IGRAPH_UNDIRECTED));
        require(igraph_matrix_init(&places, count, 2));
        for (igraph_integer_t i = 0; i < count; ++i) {
            MATRIX(places, i, 0) = seeds.places[static_cast<size_t>(i)].x();
            MATRIX(places, i, 1) = seeds.places[static_cast<size_t>(i)].y();
        }
        for (igraph_vector_t* side : {&left, &right, &top, &bottom})
            require(igraph_vector_init(side, boxes));
        for (size_t i = 0; i < seeds.boxes.size(); ++i) {
            VECTOR(left)[i] = seeds.boxes[i].left();
            VECTOR(right)[i] = seeds.boxes[i].right();
            VECTOR(top)[i] = seeds.boxes[i].top();
            VECTOR(bottom)[i] = seeds.boxes[i].bottom();
        }
    }
    Springs(const Springs&) = delete;
    Springs& operator=(const Springs&) = delete;
    ~Springs() {
        for (igraph_vector_t* side : {&left, &right, &top, &bottom})
            igraph_vector_destroy(side);
        igraph_matrix_destroy(&places);
        igraph_destroy(&graph);
        igraph_vector_int_destroy(&edges);
    }

private:
    static void require(igraph_error_t error) {
        if (error != IGRAPH_SUCCESS)
            throw std::bad_alloc();
    }
};

/// Where springs as long as the way between two nodes come to rest.
void relax(const GraphLayoutInput& part, Seeds& seeds, const StopToken& stop) {
    const IgraphCall call(stop);
    Springs springs(part, seeds);
    const auto count = static_cast<igraph_integer_t>(part.nodes.size());
    const bool isBound = !seeds.boxes.empty();
    const auto done = igraph_layout_kamada_kawai(&springs.graph, &springs.places, true, kMovesPerNode * count, 0,
                                                 static_cast<double>(count), nullptr, isBound ? &springs.left : nullptr, isBound ? &springs.right : nullptr,
                                                 isBound ? &springs.top : nullptr, isBound ? &springs.bottom : nullptr);
    stop.check();
    for (igraph_integer_t i = 0; i < count; ++i)
        if (done != IGRAPH_SUCCESS || !std::isfinite(MATRIX(springs.places, i, 0)) || !std::isfinite(MATRIX(springs.places, i, 1)))
            return; // the seeds are a layout, too
    for (igraph_integer_t i = 0; i < count; ++i)
        seeds.places[static_cast<size_t>(i)] = {MATRIX(springs.places, i, 0), MATRIX(springs.places, i, 1)};
}

/// `unit`, larger where cards need more room: in dense graphs all are two steps from each other, on the room of a dozen cards.
QSizeF roomyUnit(const GraphLayoutInput& part, const std::vector<QPointF>& places, QSizeF unit) {
    QRectF all;
    double area = 0;
    for (size_t i = 0; i < places.size(); ++i) {
        QRectF card(QPointF(0, 0), part.nodes[i]);
        card.moveCenter({places[i].x() * unit.width(), places[i].y() * unit.height()});
        all |= card;
        area += (card.width() + part.nodeGap) * (card.height() + part.nodeGap);
    }
    return unit * std::max(1.0, std::sqrt(area * kRoom / (all.width() * all.height())));
}

} // namespace

GraphLayout layoutForce(const GraphLayoutInput& part, const StopToken& stop) {
    QSizeF card(1, 1);
    for (const QSizeF& node : part.nodes)
        card = card.expandedTo(node);
    const QSizeF unit(card.width() + part.layerGap * kAcross, card.height() + part.layerGap * kBelow);
    Seeds seeds = part.before.empty() ? freshSeeds(part, unit) : seedsAsBefore(part, unit);
    relax(part, seeds, stop);
    if (part.before.empty())
        seeds.unit = roomyUnit(part, seeds.places, unit);
    std::vector<QRectF> cards;
    for (size_t i = 0; i < seeds.places.size(); ++i) {
        cards.emplace_back(QPointF(0, 0), part.nodes[i]);
        cards.back().moveCenter({seeds.places[i].x() * seeds.unit.width(), seeds.places[i].y() * seeds.unit.height()});
    }
    pushApart(cards, part.nodeGap, stop);
    return layoutOf(std::move(cards));
}

} // namespace aisle
