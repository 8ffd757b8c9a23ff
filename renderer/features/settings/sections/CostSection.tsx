import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBudgetAmount } from '../../../../shared/cost.ts';
import type { Budget } from '../../../../shared/budget-settings.ts';
import type {
  CostSettings,
  HourlySettings,
  ModelPriceSetting,
} from '../../../../shared/cost-settings.ts';
import { formatPercent } from '../../../../shared/format.ts';
import { useSlice } from '../../../state/context.tsx';
import { useEditable } from '../page-context.tsx';
import { Group, Rows } from '../Section.tsx';
import { SettingItems } from '../SettingItems.tsx';
import { SettingObject } from '../SettingObject.tsx';
import { useOptionWord } from '../words.ts';
import { PriceList } from './PriceList.tsx';
import { TimesSetting } from './TimesSetting.tsx';

/** What electricity and tokens cost, and the budgets. */
export function CostSection(): JSX.Element {
  return (
    <>
      <Electricity />
      <TokenPrices />
      <Budgets />
    </>
  );
}

function Electricity(): JSX.Element {
  const text = useTranslations('settings.cost');
  return (
    <>
      <Group title={text('electricity')}>
        <Rows paths={['cost.currency', 'cost.tariff.price']} />
        <TimesSetting />
        <SettingObject
          path="cost.tariff.hourly"
          name={text('hourly')}
          hint={text('hourlyHint')}
          describe={({ file, url }: HourlySettings) => file ?? url}
        />
        <SettingObject
          path="cost.solar"
          name={text('solar')}
          hint={text('solarHint')}
          describe={({ share, price }: NonNullable<CostSettings['solar']>) =>
            text('solarValue', { share: formatPercent(share * 100), price })
          }
        />
        <Rows paths={['cost.since', 'cost.carbon.gramsPerKwh', 'cost.carbon.country']} />
      </Group>
      <Group title={text('others')}>
        <Rows paths={['cost.machinePrice', 'cost.usdRate']} />
      </Group>
    </>
  );
}

function TokenPrices(): JSX.Element {
  const text = useTranslations('settings.cost');
  const word = useOptionWord();
  return (
    <>
      <Group title={text('tokens')}>
        <PriceList />
      </Group>
      <Group title={text('compare')}>
        <SettingItems<CostSettings['compare'][number]>
          path="cost.compare"
          title={text('compare')}
          noun={text('compareNoun')}
          empty={text('noCompare')}
          nameOf={({ model }) => model}
          describe={({ with: other }) => other}
          consequence={text('compareRemoval')}
        />
      </Group>
      <Group title={text('prices')}>
        <SettingItems<ModelPriceSetting>
          path="cost.prices"
          title={text('prices')}
          noun={text('priceNoun')}
          empty={text('noPrices')}
          nameOf={({ model }) => model}
          describe={({ input, output, per }) =>
            text('priceValue', { input: `$${input}`, output: `$${output}`, per: word('per', per) })
          }
          consequence={text('pricesRemoval')}
        />
      </Group>
    </>
  );
}

function Budgets(): JSX.Element {
  const text = useTranslations('settings.cost');
  const word = useOptionWord();
  const states = useSlice('budgets');
  const { currency } = useEditable().view.settings.cost;
  const describe = ({ name, measure, period, subject, amount, hardStop }: Budget): string => {
    const share = states.find((state) => state.name === name)?.share ?? null;
    return [
      `${formatBudgetAmount({ measure, currency }, amount)} / ${word('periods', period)}`,
      subject,
      share === null ? null : text('used', { share: formatPercent(share * 100) }),
      hardStop ? text('stops') : null,
    ]
      .filter((part) => part !== null)
      .join(' · ');
  };
  return (
    <Group title={text('budgets')}>
      <SettingItems<Budget>
        path="budgets"
        title={text('budgets')}
        noun={text('budgetNoun')}
        empty={text('noBudgets')}
        nameOf={({ name }) => name}
        describe={describe}
        consequence={text('budgetRemoval')}
        isShown={(member, draft) => member !== 'subject' || draft.scope !== 'all'}
      />
    </Group>
  );
}
