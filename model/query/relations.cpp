#include "query/relations.h"

namespace aisle::traceql {

namespace {

class Relations {
public:
    Relations(const SpanTable& table, const StopToken& stop) : table_(table), stop_(stop) {}

    RowSet plain(const RowSet& left, const RowSet& right, Op op) {
        switch (op) {
        case Op::Child: return children(left, right);
        case Op::Descendant: return descendants(left, right);
        case Op::Parent: return among(right, parents(left));
        case Op::Ancestor: return among(right, ancestors(left));
        default: return siblings(left, right);
        }
    }

private:
    template <typename F>
    void forEach(const RowSet& rows, F&& f) {
        rows.forEach([&](Row row) {
            if ((++visited_ & 0xffff) == 0)
                stop_.check();
            f(row);
        });
    }
    static RowSet among(RowSet rows, const RowSet& some) {
        rows &= some;
        return rows;
    }

    RowSet children(const RowSet& left, const RowSet& right) {
        RowSet out(table_);
        forEach(right, [&](Row row) {
            if (const Row parent = table_.parent(row); parent != kNoRow && left[parent])
                out.set(row);
        });
        return out;
    }

    /// What is known of a row ("it is a left one or below one") is kept, so that each is climbed once.
    RowSet descendants(const RowSet& left, const RowSet& right) {
        RowSet out(table_), known(table_), below(table_);
        std::vector<Row> path;
        forEach(right, [&](Row row) {
            path.clear();
            bool is = false;
            for (Row at = table_.parent(row); at != kNoRow; at = table_.parent(at)) {
                if (known[at]) {
                    is = below[at];
                    break;
                }
                path.push_back(at);
                known.set(at);
                if (left[at]) {
                    is = true;
                    break;
                }
            }
            if (!is)
                return;
            out.set(row);
            for (const Row at : path)
                below.set(at);
        });
        return out;
    }

    RowSet parents(const RowSet& left) {
        RowSet out(table_);
        forEach(left, [&](Row row) {
            if (const Row parent = table_.parent(row); parent != kNoRow)
                out.set(parent);
        });
        return out;
    }

    RowSet ancestors(const RowSet& left) {
        RowSet out(table_);
        forEach(left, [&](Row row) {
            for (Row at = table_.parent(row); at != kNoRow && !out[at]; at = table_.parent(at))
                out.set(at);
        });
        return out;
    }

    RowSet siblings(const RowSet& left, const RowSet& right) {
        RowSet one(table_), two(table_); // parents of at least one and of at least two left ones
        forEach(left, [&](Row row) {
            if (const Row parent = table_.parent(row); parent != kNoRow)
                (one[parent] ? two : one).set(parent);
        });
        RowSet out(table_);
        forEach(right, [&](Row row) {
            if (const Row parent = table_.parent(row); parent != kNoRow && (left[row] ? two[parent] : one[parent]))
                out.set(row);
        });
        return out;
    }

    const SpanTable& table_;
    const StopToken& stop_;
    uint64_t visited_ = 0;
};

Op opposite(Op op) {
    switch (op) {
    case Op::Child: return Op::Parent;
    case Op::Descendant: return Op::Ancestor;
    case Op::Parent: return Op::Child;
    case Op::Ancestor: return Op::Descendant;
    default: return op;
    }
}

} // namespace

RowSet related(const SpanTable& table, const RowSet& left, const RowSet& right, Op op, Form form, const StopToken& stop) {
    Relations relations(table, stop);
    RowSet out = relations.plain(left, right, op);
    if (form == Form::Union)
        out |= relations.plain(right, left, opposite(op));
    if (form != Form::Not)
        return out;
    RowSet others = right;
    others -= out;
    return others;
}

} // namespace aisle::traceql
