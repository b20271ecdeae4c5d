#pragma once
// Rows of a funnel that is divided by the values of a field: conversion with its interval, and what share went on from stage to stage.

#include "journey/case_filter.h"
#include "journey/funnel_breakdown.h"
#include "journey_words.h"

#include <QAbstractTableModel>

namespace aisle {

class BreakdownModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum ColumnIndex { ValueColumn, CasesColumn, ConvertedColumn, ConversionColumn, FirstStageColumn }; ///< then a column for each stage but the first
    /// Of a ConversionColumn: low, middle and high of the interval, and the conversion of all, 0 to 1.
    enum Role { IntervalRole = Qt::UserRole + 50 };

    BreakdownModel(JourneyWords words, QObject* parent) : QAbstractTableModel(parent), words_(std::move(words)) {}
    void setContent(FunnelBreakdown content);
    const FunnelBreakdown& content() const { return content_; }
    const FunnelGroup& groupAt(int row) const { return content_.groups[groupNumber(row)]; }
    size_t groupNumber(int row) const { return order_[static_cast<size_t>(row)]; } ///< in FunnelBreakdown::groups
    CaseFilter filterOf(int column) const; ///< those of the group that the column counts
    /// "device.type = mobile"
    std::string wordsOf(const FunnelGroup& group) const;
    void sort(int column, Qt::SortOrder order) override; ///< column -1: as given, by cases

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    double number(const FunnelGroup& group, int column) const;
    const JourneyWords words_;
    FunnelBreakdown content_;
    std::vector<size_t> order_;
};

} // namespace aisle
