#pragma once
// Rows of what goes together with stopping at a stage: the causes, a line, and below it what may be chance, when it is opened.

#include "journey/drop_off.h"

#include <QAbstractListModel>

#include <functional>
#include <memory>

namespace aisle {

class DropOffModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        DetailRole = Qt::UserRole + 60, ///< the figures, in words
        AlsoRole,                       ///< what goes with it; empty: nothing
        IntervalRole,                   ///< low, value and high of the odds ratio; of the line none
        ClearRole                       ///< false: may be chance
    };
    /// `redactor` gives the one in force, of what is copied.
    explicit DropOffModel(QObject* parent = nullptr, std::function<const Redactor&()> redactor = {}) : QAbstractListModel(parent), redactor_(std::move(redactor)) {}
    void setContent(std::shared_ptr<const DropOff> content);
    const DropOff& content() const { return *content_; }

    bool isOpen() const { return open_; }
    void setOpen(bool open);
    bool isLine(int row) const { return hasLine() && row == static_cast<int>(content_->causes.size()); }
    /// Null of the line.
    const DropCause* cause(int row) const;
    /// The largest odds ratio that a bar shows.
    double mostOdds() const { return mostOdds_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    bool hasLine() const { return !content_->chance.empty(); }
    QString detailOf(const DropCause& cause) const;

    std::function<const Redactor&()> redactor_;
    std::shared_ptr<const DropOff> content_ = std::make_shared<DropOff>();
    double mostOdds_ = 1;
    bool open_ = false;
};

} // namespace aisle
