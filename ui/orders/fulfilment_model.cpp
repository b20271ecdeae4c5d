#include "orders/fulfilment_model.h"

#include "text/format.h"
#include "widgets/copy_filter.h"
#include "widgets/plain_text.h"

#include <algorithm>

namespace aisle {

namespace {

QString number(uint64_t n) { return toQString(formatCount(n)); }

/// "wait 7 min 36 s (p90 9 min 55 s), of that in the queue 7 min 30 s · work 17.5 ms (p90 30.1 ms)"
QString timesOf(const FulfilmentFigures::Stage& stage) {
    QStringList out;
    const auto times = [](const QString& what, const FulfilmentFigures::Times& of) { return QObject::tr("%1 %2 (p90 %3)").arg(what, toQString(formatWait(of.p50)), toQString(formatWait(of.p90))); };
    if (stage.wait.visits > 0) {
        QString wait = times(QObject::tr("wait"), stage.wait);
        if (stage.queue.visits > 0)
            wait += QObject::tr(", in the queue %1").arg(toQString(formatWait(stage.queue.p50)));
        out << wait;
    }
    if (stage.work.visits > 0)
        out << times(QObject::tr("work"), stage.work);
    return out.join(QStringLiteral("  ·  "));
}

} // namespace

void FulfilmentModel::setContent(FulfilmentContent content) {
    beginResetModel();
    content_ = std::move(content);
    bottlenecks_.reset();
    problem_.clear();
    fill();
    endResetModel();
}

void FulfilmentModel::setBottlenecks(std::shared_ptr<const Bottlenecks> found, const QString& problem) {
    beginResetModel();
    bottlenecks_ = std::move(found);
    problem_ = problem;
    fill();
    endResetModel();
}

void FulfilmentModel::showLeaving(const FulfilmentModel& other, const Redactor& redactor) {
    beginResetModel();
    content_ = other.content_;
    bottlenecks_ = other.bottlenecks_;
    mostShare_ = other.mostShare_;
    lines_ = other.lines_;
    for (Line& line : lines_) {
        line.text = toQString(redactor.redact("sentence", line.text.toStdString()));
        line.detail = toQString(redactor.redact("sentence", line.detail.toStdString()));
    }
    endResetModel();
}

FulfilmentModel::Line FulfilmentModel::stageLine(size_t stage) const {
    const FulfilmentFigures::Stage& s = content_.figures.stages[stage];
    Line line{Kind::Stage, stage, singleLine(toQString(s.name)), toQString(counted(s.orders, "order", "orders"))};
    if (s.isOptional)
        line.detail += tr("  ·  optional");
    if (s.reworked > 0)
        line.detail += tr("  ·  %1 again").arg(number(s.reworked));
    if (s.failed > 0)
        line.detail += tr("  ·  %1 failed").arg(number(s.failed));
    line.more = timesOf(s);
    if (content_.baseline && stage < content_.baseline->stages.size()) {
        const FulfilmentFigures::Stage& other = content_.baseline->stages[stage];
        line.baseline = tr("compared with %1").arg(toQString(counted(other.orders, "order", "orders")));
        if (const QString times = timesOf(other); !times.isEmpty())
            line.baseline += QStringLiteral(": ") + times;
    }
    QStringList alarm;
    if (s.stuck > 0)
        alarm << tr("%1 stuck").arg(number(s.stuck));
    if (s.late > 0)
        alarm << tr("%1 late").arg(number(s.late));
    if (s.underWay > 0)
        line.detail += tr("  ·  %1 here now").arg(number(s.underWay));
    line.alarm = alarm.join(QStringLiteral("  ·  "));
    return line;
}

void FulfilmentModel::fill() {
    lines_.clear();
    mostShare_ = 0;
    if (!content_.log || content_.figures.orders == 0)
        return;
    for (size_t k = 0; k < content_.figures.stages.size(); ++k) {
        lines_.push_back(stageLine(k));
        mostShare_ = std::max(mostShare_, content_.figures.stages[k].waitShare + content_.figures.stages[k].workShare);
    }
    lines_.push_back({Kind::Heading, 0, tr("Where orders lose time"), {}});
    if (!bottlenecks_) {
        lines_.push_back({Kind::Words, 0, problem_.isEmpty() ? tr("Looking at every instance and its work…") : problem_, {}});
    } else {
        const Bottlenecks& all = *bottlenecks_;
        for (size_t i = 0; i < all.found.size(); ++i)
            lines_.push_back({Kind::Bottleneck, i, singleLine(toQString(sentenceOf(all.found[i]))), singleLine(toQString(figuresOf(all.found[i])))});
        if (all.found.empty())
            for (const std::string& note : bottleneckNotes(all))
                lines_.push_back({Kind::Words, 0, singleLine(toQString(note)), {}});
        for (size_t i = 0; i < all.longest.size(); ++i)
            lines_.push_back({Kind::LongWait, i, singleLine(toQString(sentenceOf(all.longest[i]))), {}});
    }
    const Conformance& c = content_.conformance;
    lines_.push_back({Kind::Heading, 0, tr("Not as the flow says"), tr("%1 of %2 went as it says").arg(number(c.conforming), toQString(counted(c.orders - c.notJudged, "order", "orders")))});
    for (size_t i = 0; i < c.deviations.size(); ++i)
        lines_.push_back({Kind::Deviation, i, singleLine(toQString(wordsOf(c.deviations[i], *content_.log))), toQString(counted(c.deviations[i].orders.size(), "order", "orders"))});
    if (c.deviations.empty())
        lines_.push_back({Kind::Words, 0, tr("No order did anything else."), {}});
}

int FulfilmentModel::rowOfStage(std::string_view name) const {
    for (size_t k = 0; k < content_.figures.stages.size() && k < lines_.size(); ++k)
        if (content_.figures.stages[k].name == name)
            return static_cast<int>(k);
    return -1;
}

std::vector<CaseNumber> FulfilmentModel::ordersOf(int row) const {
    const Line* of = line(row);
    if (of == nullptr)
        return {};
    if (of->kind == Kind::Bottleneck)
        return bottlenecks_->found[of->at].orders;
    if (of->kind == Kind::Deviation)
        return content_.conformance.deviations[of->at].orders;
    if (of->kind != Kind::Stage && of->kind != Kind::LongWait)
        return {};
    const size_t stage = of->kind == Kind::Stage ? of->at : bottlenecks_->longest[of->at].stage;
    const FulfilmentLog& log = *content_.log;
    std::vector<CaseNumber> out;
    for (CaseNumber c = 0; c < log.cases(); ++c)
        if (content_.only[c] && std::any_of(log.visits.begin() + log.first[c], log.visits.begin() + log.first[c + 1], [&](const FulfilmentLog::Visit& v) { return v.stage == stage; }))
            out.push_back(c);
    return out;
}

Qt::ItemFlags FulfilmentModel::flags(const QModelIndex& index) const {
    const Line* of = index.isValid() ? line(index.row()) : nullptr;
    if (of == nullptr)
        return QAbstractListModel::flags(index);
    return of->kind == Kind::Heading || of->kind == Kind::Words ? Qt::ItemFlags(Qt::ItemIsEnabled) : QAbstractListModel::flags(index);
}

QVariant FulfilmentModel::data(const QModelIndex& index, int role) const {
    const Line* of = line(index.row());
    if (of == nullptr)
        return {};
    const auto all = [of](const QString& between) {
        QStringList parts = {of->text, of->detail, of->more, of->alarm, of->baseline};
        parts.removeAll(QString());
        return parts.join(between);
    };
    switch (role) {
    case Qt::DisplayRole: return of->text;
    case Qt::AccessibleTextRole: return all(QStringLiteral(", "));
    case Qt::ToolTipRole: return of->kind == Kind::Heading || of->kind == Kind::Words ? QVariant() : QVariant(plainToolTip(all(QStringLiteral("\n"))));
    case CopyKeyRole: return QStringLiteral("sentence");
    default: return {};
    }
}

} // namespace aisle
